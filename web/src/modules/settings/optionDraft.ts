import type { DraftOption } from './OptionsEditor'
import { bothWords, keyFrom } from './words'

/** The options as they are sent; a new one gets its key from its English word or its place. */
export function optionsBody(options: DraftOption[]) {
  return options.map(({ key, labels: words, color }, index) => ({
    key: key || keyFrom(words.en ?? '') || `option_${index + 1}`,
    labels: bothWords(words['zh-CN'] ?? '', words.en ?? ''),
    color: color ?? 'gray',
  }))
}
