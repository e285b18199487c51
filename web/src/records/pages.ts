/** Where a saved view is looked at, by its kind. */
export const VIEW_PAGES = {
  list: '/$path',
  board: '/$path/board',
  calendar: '/$path/calendar',
} as const
