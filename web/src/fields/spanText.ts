// skip web-text: what people type, not what they read
const HOURS = '(?:hours?|hrs?|h|个?小时|时)'
// skip web-text: what people type, not what they read
const MINUTES = '(?:minutes?|mins?|m|分钟?)'
const SPAN = new RegExp(`^(?:(\\d+(?:\\.\\d+)?)\\s*${HOURS})?\\s*(?:(\\d+)\\s*${MINUTES}?)?$`, 'i')
const HOUR = 60

/** "1h 30m", "1小时30分", "1:30", "1.5h" or plain minutes → minutes; undefined when it is none. */
export function readSpan(typed: string): number | undefined {
  const text = typed.trim()
  if (!text) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  const clock = /^(\d+)[:：]([0-5]\d)$/.exec(text)
  if (clock) return Number(clock[1]) * HOUR + Number(clock[2])
  const found = SPAN.exec(text)
  if (!found?.[1]) {
    return found?.[2] ? Number(found[2]) : undefined
  }
  const minutes = Number(found[1]) * HOUR + Number(found[2] ?? 0)
  return Number.isInteger(minutes) ? minutes : undefined
}

/** Minutes as people read them: "1h 30m", "1小时30分钟". */
export function writeSpan(minutes: number, locale: string): string {
  const inWords = (count: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count)
  const whole = Math.floor(Math.abs(minutes) / HOUR)
  const rest = Math.abs(minutes) % HOUR
  const parts = [
    whole ? inWords(whole, 'hour') : '',
    rest || !whole ? inWords(rest, 'minute') : '',
  ].filter(Boolean)
  return (minutes < 0 ? '-' : '') + parts.join(locale.startsWith('zh') ? '' : ' ')
}
