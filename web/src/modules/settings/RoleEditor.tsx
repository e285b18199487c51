import { Button, Checkbox, Stack, Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { FieldMatrix } from './FieldMatrix'
import { GrantMatrix } from './GrantMatrix'
import { RolePreview } from './RolePreview'
import { ADMINISTRATOR, type FieldRules, type Grants, PERMISSIONS, type Permission } from './rights'
import classes from './Settings.module.css'

interface Draft {
  grants: Grants
  field_rules: FieldRules
  permissions: Permission[]
}
const draftOf = (role: RecordData): Draft => ({
  grants: (role.grants as Grants | null) ?? {},
  field_rules: (role.field_rules as FieldRules | null) ?? {},
  permissions: (role.permissions as Permission[] | null) ?? [],
})

/** What a role may do: with which rows, with which fields, and what else; saved together. */
export function RoleEditor({ meta, role }: { meta: ObjectMeta; role: RecordData }) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState(() => draftOf(role))
  const [failure, setFailure] = useState<string | null>(null)
  const [preview, setPreview] = useState(false)
  const { mutateAsync, isPending } = useUpdateRecord(meta)
  const fixed = role.key === ADMINISTRATOR
  const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(role))
  const set = (change: Partial<Draft>) => {
    setPreview(false)
    setDraft((now) => ({ ...now, ...change }))
  }
  const save = async () => {
    setFailure(null)
    try {
      const saved = await mutateAsync({ record: role, change: { ...draft }, shown: {} })
      setDraft(draftOf(saved))
      toast(t('settings.saved'))
    } catch (error) {
      setFailure(messageOf(error))
    }
  }
  return (
    <>
      {fixed && <Notice kind="info">{t('settings.fixedRole')}</Notice>}
      <Tabs defaultValue="data" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="data">{t('settings.dataRights')}</Tabs.Tab>
          <Tabs.Tab value="fields">{t('settings.fieldRights')}</Tabs.Tab>
          <Tabs.Tab value="more">{t('settings.permissions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="data">
          <p className={classes.hint}>{t('settings.dataHint')}</p>
          <GrantMatrix
            grants={draft.grants}
            disabled={fixed}
            onChange={(grants) => set({ grants })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="fields">
          <p className={classes.hint}>{t('settings.fieldHint')}</p>
          <FieldMatrix
            rules={draft.field_rules}
            disabled={fixed}
            onChange={(field_rules) => set({ field_rules })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="more">
          <Stack gap="sm">
            {PERMISSIONS.map((permission) => (
              <Checkbox
                key={permission}
                label={t(`settings.permissionNames.${permission}`)}
                disabled={fixed}
                checked={fixed || draft.permissions.includes(permission)}
                onChange={(event) =>
                  set({
                    permissions: event.currentTarget.checked
                      ? [...draft.permissions, permission].sort()
                      : draft.permissions.filter((one) => one !== permission),
                  })
                }
              />
            ))}
          </Stack>
        </Tabs.Panel>
      </Tabs>
      {failure && <Notice kind="error">{failure}</Notice>}
      {dirty && !fixed && preview && (
        <RolePreview key={JSON.stringify(draft)} role={role.id} draft={draft} />
      )}
      {dirty && !fixed && (
        <div className={classes.save}>
          <span className="dim">{t('settings.unsaved')}</span>
          <Button onClick={() => setPreview(true)}>{t('rights.simulate')}</Button>
          <Button onClick={() => setDraft(draftOf(role))}>{t('settings.discard')}</Button>
          <Button variant="filled" loading={isPending} onClick={() => void save()}>
            {t('settings.save')}
          </Button>
        </div>
      )}
    </>
  )
}
