/** Mentions as people read them: `@[Name](user:id)` is @Name. */
export const spokenMentions = (text: string) =>
  text.replace(/@\[([^\]\n]+)\]\(user:[^)]+\)/g, '@$1')
