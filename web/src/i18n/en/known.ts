import type { Shape } from '../shape'
import type { known as zh } from '../zh/known'

export const known: Shape<typeof zh> = {
  title: 'What is known',
  box: 'Name, phone, e-mail, website or credit code of a customer',
  check: 'Check',
  hint: 'Leads and accounts of colleagues are included, also those you may not see: part of the name, the owner and the stage are shown. Each question is written down.',
  none: 'Nothing is known of “{{text}}”',
  noneHint: 'No lead, account or contact is the same or close.',
  more: 'Others have this in their names. Type more of the name.',
  since: 'since {{day}}',
  nobody: 'no owner',
  same: 'Same: {{fields}}',
  close: 'Close: {{fields}}',
  ask: 'Ask the owner',
  asked: '{{owner}} has been told',
  forbidden: 'Your role does not allow this check',
}
