import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeSetsQuery } from '@/api/log'
import type { ChangeSet } from '@/api/types'
import { Paged } from '@/records/record/Paged'
import { useDayName } from '@/records/record/useDayName'
import { Empty } from '@/ui/Empty'
import { IconArrowBackUp } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { ChangeSetRow } from './ChangeSetRow'
import classes from './Log.module.css'
import { ObjectSelect } from './ObjectSelect'

/** Every write as one line, newest first, with its contents and its undo. */
export default function ChangeSets() {
  const { t } = useTranslation()
  const [object, setObject] = useState<string>()
  const [whose, setWhose] = useState('all')
  const actor = whose === 'me' ? 'me' : undefined
  const query = useInfiniteQuery(changeSetsQuery({ object, actor }))
  return (
    <>
      <PageHead icon={IconArrowBackUp} title={t('shell.changeSets')}>
        <SegmentedControl
          aria-label={t('log.everyone')}
          value={whose}
          onChange={setWhose}
          data={[
            { value: 'all', label: t('log.everyone') },
            { value: 'me', label: t('log.onlyMine') },
          ]}
        />
        <ObjectSelect value={object} onChange={setObject} />
      </PageHead>
      <div className={classes.page}>
        <div className={classes.body}>
          <p className={classes.hint}>{t('log.hint')}</p>
          <Paged
            query={query}
            height={44}
            empty={<Empty icon={IconArrowBackUp} title={t('log.empty')} />}
            more={t('log.more')}
          >
            {(sets) => <Days sets={sets} />}
          </Paged>
        </div>
      </div>
    </>
  )
}

function Days({ sets }: { sets: ChangeSet[] }) {
  const name = useDayName()
  const days = new Map<string, ChangeSet[]>()
  for (const set of sets) {
    const day = name(set.at)
    days.set(day, [...(days.get(day) ?? []), set])
  }
  return [...days].map(([day, items]) => (
    <section key={day} aria-label={day}>
      <h2 className={classes.day}>{day}</h2>
      <ul className={classes.list}>
        {items.map((set) => (
          <ChangeSetRow key={set.id} set={set} />
        ))}
      </ul>
    </section>
  ))
}
