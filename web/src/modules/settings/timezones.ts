/** All time zones the browser knows, and the present one should it not be among them. */
export const timezones = (present: string): string[] => {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(present) ? known : [present, ...known]
}
