import type { SettingChange } from '@/api/configuring'

/** Changes in their order, those that were made together side by side. */
export function together(lines: SettingChange[]): SettingChange[][] {
  const found: SettingChange[][] = []
  for (const line of lines) {
    const last = found.at(-1)
    if (last?.[0]?.change_set === line.change_set) last.push(line)
    else found.push([line])
  }
  return found
}
