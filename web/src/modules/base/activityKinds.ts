import type { RecordData } from '@/api/types'
import { type Icon, IconCalendarEvent, IconMail, IconMapPin, IconNote, IconPhone } from '@/ui/icons'

const SIGNS: Record<string, { icon: Icon; colour: string }> = {
  note: { icon: IconNote, colour: 'amber' },
  call: { icon: IconPhone, colour: 'green' },
  meeting: { icon: IconCalendarEvent, colour: 'violet' },
  visit: { icon: IconMapPin, colour: 'orange' },
  email: { icon: IconMail, colour: 'blue' },
}

/** The icon and colour of an activity by its kind. */
export const signOf = (record: RecordData) => SIGNS[String(record.kind)] ?? SIGNS.note!
