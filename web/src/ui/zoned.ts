/** Wall-clock time in a zone and back, for pickers that know no zones. */

function offsetMinutes(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
}

/** RFC 3339 → `2026-11-21 09:30:00` as a clock in the zone shows it. */
export function toWall(at: string, timeZone: string): string {
  const date = new Date(at)
  const shifted = new Date(date.getTime() + offsetMinutes(date, timeZone) * 60_000)
  return shifted.toISOString().slice(0, 19).replace('T', ' ')
}

/** `2026-11-21 09:30:00` on a clock in the zone → RFC 3339 in UTC. */
export function fromWall(wall: string, timeZone: string): string {
  const naive = new Date(`${wall.replace(' ', 'T')}Z`)
  // Two passes: the offset at the guess may differ from the one at the answer around a clock change.
  let at = naive
  for (let pass = 0; pass < 2; pass++) {
    at = new Date(naive.getTime() - offsetMinutes(at, timeZone) * 60_000)
  }
  return at.toISOString()
}

/** Today's calendar day in the zone. */
export const todayIn = (timeZone: string, now = new Date()) =>
  toWall(now.toISOString(), timeZone).slice(0, 10)
