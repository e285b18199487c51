/** The words of an HTML text in one line; parsed apart from the page, so that nothing is loaded or run. */
export function wordsOf(html: string): string {
  const spaced = html.replace(/<(?:\/(?:p|li|h\d|tr|td|th|pre|blockquote)|br ?\/?)>/g, ' $&')
  const text = new DOMParser().parseFromString(spaced, 'text/html').body.textContent ?? ''
  return text.replace(/\s+/g, ' ').trim()
}
