import * as icons from './icons'

const byName: Record<string, icons.Icon> = {
  account: icons.IconBuilding,
  building: icons.IconBuilding,
  calendar: icons.IconCalendar,
  check: icons.IconCheck,
  checkbox: icons.IconCheckbox,
  'circle-check': icons.IconCircleCheck,
  clock: icons.IconClock,
  columns: icons.IconColumns,
  file: icons.IconFile,
  flag: icons.IconFlag,
  'file-text': icons.IconFileText,
  list: icons.IconList,
  mail: icons.IconMail,
  message: icons.IconMessageCircle,
  'message-circle': icons.IconMessageCircle,
  note: icons.IconNote,
  package: icons.IconPackage,
  paperclip: icons.IconPaperclip,
  phone: icons.IconPhone,
  refresh: icons.IconRefresh,
  settings: icons.IconSettings,
  sitemap: icons.IconSitemap,
  switch: icons.IconSwitchHorizontal,
  shield: icons.IconShield,
  tag: icons.IconTag,
  tags: icons.IconTags,
  target: icons.IconTarget,
  'target-arrow': icons.IconTargetArrow,
  trash: icons.IconTrash,
  trophy: icons.IconTrophy,
  upload: icons.IconUpload,
  user: icons.IconUser,
  users: icons.IconUsers,
  'users-group': icons.IconUsersGroup,
  x: icons.IconX,
}

/** The component of an icon that metadata names; a cube when this app does not carry it. */
export const metadataIcon = (name: string | null | undefined): icons.Icon =>
  byName[(name ?? '').replaceAll('_', '-')] ?? icons.IconCube

/** Names an administrator may choose from for an object of his own. */
export const iconNames = Object.keys(byName)
