import { Select } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { historyQuery } from '@/api/configuring'
import { rowsQuery } from '@/api/records'
import { useObject } from '@/metadata/hooks'
import { ObjectSelect } from '@/modules/log/ObjectSelect'
import { Paged } from '@/records/record/Paged'
import { Empty } from '@/ui/Empty'
import { IconHistory } from '@/ui/icons'
import { Section } from '@/ui/Section'
import classes from './Configuring.module.css'
import { together } from './groups'
import { SetRow } from './SetRow'
import { SettingRow } from './SettingRow'

const ALL = ''
const MANY = 200

/** Who changed which setting, old and new side by side, each to be taken back. */
export default function SettingsHistory() {
  const { t } = useTranslation()
  const [kind, setKind] = useState(ALL)
  const [object, setObject] = useState<string>()
  const [actor, setActor] = useState(ALL)
  const asked = { kind: kind || undefined, object, actor: actor || undefined }
  const query = useInfiniteQuery(historyQuery(asked))
  const users = useObject('user')
  const people = useQuery({
    ...rowsQuery(users ?? { object: 'user', path: 'users' }, { sort: 'name', limit: MANY }),
    enabled: users !== undefined,
  })
  const kinds = query.data?.pages[0]?.kinds ?? []
  return (
    <Section title={t('settings.pages.history')}>
      <p className={classes.hint}>{t('configuring.historyHint')}</p>
      <div className={classes.filters}>
        <Select
          w={176}
          aria-label={t('configuring.kind')}
          value={kind}
          allowDeselect={false}
          data={[
            { value: ALL, label: t('configuring.allKinds') },
            ...kinds.map(({ key, label }) => ({ value: key, label })),
          ]}
          onChange={(next) => setKind(next ?? ALL)}
        />
        <ObjectSelect value={object} onChange={setObject} />
        <Select
          w={176}
          searchable
          aria-label={t('configuring.person')}
          value={actor}
          allowDeselect={false}
          data={[
            { value: ALL, label: t('configuring.everyone') },
            ...(people.data?.items ?? []).map(({ id, name }) => ({
              value: String(id),
              label: String(name),
            })),
          ]}
          onChange={(next) => setActor(next ?? ALL)}
        />
      </div>
      <Paged
        query={query}
        height={46}
        empty={<Empty icon={IconHistory} title={t('configuring.noChanges')} />}
        more={t('configuring.more')}
      >
        {(lines) => (
          <ul className={classes.list}>
            {together(lines).map((step) =>
              step[0]!.set.count > 1 ? (
                <SetRow key={step[0]!.id} lines={step} />
              ) : (
                <SettingRow key={step[0]!.id} line={step[0]!} />
              ),
            )}
          </ul>
        )}
      </Paged>
    </Section>
  )
}
