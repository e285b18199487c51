import { Select, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useMe, useUpdateMe } from '@/api/session'
import { Avatar } from '@/ui/Avatar'
import { Section } from '@/ui/Section'
import { toast, toastError } from '@/ui/toast'
import { LANGUAGES, type Theme, useLanguageChoice, useThemeChoice } from './appearance'
import classes from './Settings.module.css'
import { timezones } from './timezones'

/** Who one is here, and how the app speaks and looks; every choice takes effect at once. */
export default function Profile() {
  const { t } = useTranslation()
  const me = useMe()
  const { mutate } = useUpdateMe()
  const language = useLanguageChoice()
  const { theme, choose } = useThemeChoice()
  const facts = [
    [t('settings.role'), me.role.name],
    [t('settings.department'), me.department?.name ?? t('common.none')],
  ] as const
  const themes: { value: Theme; label: string }[] = [
    { value: 'light', label: t('shell.themeLight') },
    { value: 'dark', label: t('shell.themeDark') },
    { value: 'auto', label: t('shell.themeAuto') },
  ]
  return (
    <Section title={t('settings.pages.profile')}>
      <div className={classes.person}>
        <Avatar name={me.user.name} size={44} />
        <span>
          <b>{me.user.name}</b>
          <small>{me.user.email}</small>
        </span>
      </div>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Stack gap="md" maw={340}>
        <Select
          label={t('settings.language')}
          data={LANGUAGES}
          value={language.locale}
          allowDeselect={false}
          onChange={(next) => {
            const chosen = LANGUAGES.find(({ value }) => value === next)
            if (chosen) language.choose(chosen.value)
          }}
        />
        <Select
          label={t('settings.timezone')}
          searchable
          limit={60}
          data={timezones(me.timezone)}
          value={me.timezone}
          allowDeselect={false}
          onChange={(timezone) =>
            timezone &&
            mutate(
              { timezone },
              { onSuccess: () => toast(t('settings.saved')), onError: toastError },
            )
          }
        />
        <Select
          label={t('settings.theme')}
          data={themes}
          value={theme}
          allowDeselect={false}
          onChange={(next) => next && choose(next as Theme)}
        />
      </Stack>
    </Section>
  )
}
