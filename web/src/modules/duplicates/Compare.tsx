import { Button, Switch } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { duplicatesKey, type Pair, previewQuery } from '@/api/duplicates'
import { recordQuery } from '@/api/records'
import { usePermission } from '@/api/session'
import type { RecordData } from '@/api/types'
import { findObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { useUndoDialog } from '@/modules/log/useUndoDialog'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { CompareTable } from './CompareTable'
import { linesOf, linkOf, sideOf } from './choosing'
import classes from './Duplicates.module.css'
import { References } from './References'
import { useSettle } from './useSettle'

interface Props {
  pair: Pair
  onSettled: () => void
}

/** Two records side by side, and what becomes of them. */
export function Compare({ pair, onSettled }: Props) {
  const objects = useObjects()
  const metas = pair.records.map(({ object }) => findObject(objects, object))
  const [first, second] = metas
  if (!first || !second) return null
  if (pair.state === 'merged')
    return <Merged pair={pair} metas={[first, second]} onSettled={onSettled} />
  return <Living pair={pair} metas={[first, second]} onSettled={onSettled} />
}

/** One of the two is in the recycle bin: its address leads to the other. */
function Merged({ pair, metas, onSettled }: Props & { metas: [ObjectMeta, ObjectMeta] }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const ask = useUndoDialog()
  const may = usePermission('undo')
  const { change_set } = pair
  const takeApart = async (id: string) => {
    if (!(await ask({ id }))) return
    onSettled()
    await client.invalidateQueries({ queryKey: duplicatesKey })
  }
  return (
    <>
      <p className={classes.note}>
        {pair.records.map((record) => record.name).join(' ↔ ')}{' '}
        <Link
          to="/$path/$id"
          params={{ path: metas[0].path, id: pair.records[0].id }}
          className="link"
        >
          {t('duplicates.open', { name: pair.records[0].name })}
        </Link>
      </p>
      {change_set && may && (
        <footer className={classes.foot}>
          <span className="grow" />
          <Button onClick={() => void takeApart(change_set)}>{t('duplicates.takeApart')}</Button>
        </footer>
      )}
    </>
  )
}

interface LivingProps extends Props {
  metas: [ObjectMeta, ObjectMeta]
}
function Living({ pair, metas, onSettled }: LivingProps) {
  const [a, b] = pair.records
  const first = useQuery(recordQuery(metas[0], a.id))
  const second = useQuery(recordQuery(metas[1], b.id))
  const error = first.error ?? second.error
  if (error) return <Failure error={error} retry={() => void first.refetch()} />
  if (!first.data || !second.data) return <PartSkeleton height={36} />
  const records: [RecordData, RecordData] = [first.data, second.data]
  return <Loaded pair={pair} metas={metas} records={records} onSettled={onSettled} />
}

interface LoadedProps extends LivingProps {
  records: [RecordData, RecordData]
}
function Loaded({ pair, metas, records, onSettled }: LoadedProps) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [kept, keep] = useState<0 | 1>(0)
  const [chosen, choose] = useState<Record<string, 0 | 1>>({})
  const [onlyDifferent, setOnlyDifferent] = useState(false)
  const across = metas[0].object !== metas[1].object
  const other = (1 - kept) as 0 | 1
  const preview = useQuery({
    ...previewQuery(metas[0], records[kept].id, records[other].id),
    enabled: !across,
  })
  const { busy, merge, decide, link } = useSettle(pair, metas[0], onSettled)
  const linking = pair.state === 'open' ? linkOf(metas, records, objects) : undefined
  const lines = linesOf(pair, metas, records)
  const choosable = new Set(preview.data?.fields)
  const run = () => {
    if (across || !preview.data?.allowed || busy) return
    const taken = lines.filter(
      (line) => choosable.has(line.field.key) && !line.same && sideOf(line, kept, chosen) === other,
    )
    merge(
      records[kept],
      records[other],
      taken.map((line) => line.field.key),
    )
  }
  const distinct = () => decide(pair.state === 'open' ? 'distinct' : 'open')
  useHotkeys([
    ['1', () => keep(0)],
    ['2', () => keep(1)],
    ['M', run],
    ['N', distinct],
  ])
  return (
    <>
      <CompareTable
        metas={metas}
        records={records}
        lines={onlyDifferent ? lines.filter((line) => !line.same) : lines}
        kept={across ? undefined : kept}
        onKeep={keep}
        choosable={choosable}
        chosen={chosen}
        onChoose={(key, side) => choose({ ...chosen, [key]: side })}
      />
      {across && (
        <p className={classes.note}>
          {t(linking ? 'duplicates.linkInstead' : 'duplicates.convertInstead')}
        </p>
      )}
      {preview.data?.allowed && <References preview={preview.data} />}
      <footer className={classes.foot}>
        <Switch
          size="xs"
          checked={onlyDifferent}
          label={t('duplicates.onlyDifferent')}
          onChange={(event) => setOnlyDifferent(event.currentTarget.checked)}
        />
        <span className="grow" />
        <Button disabled={busy} onClick={distinct}>
          {pair.state === 'open' ? t('duplicates.distinct') : t('duplicates.reopen')}
        </Button>
        {linking && (
          <Button variant="filled" loading={busy} onClick={() => link(linking)}>
            {t('duplicates.link', { name: linking.into.name })}
          </Button>
        )}
        {!across && (
          <Button
            variant="filled"
            loading={busy}
            disabled={!preview.data?.allowed}
            title={preview.data?.allowed === false ? t('duplicates.notAllowed') : undefined}
            onClick={run}
          >
            {t('duplicates.merge')}
          </Button>
        )}
      </footer>
      <p className={classes.keys}>{t('duplicates.keys')}</p>
    </>
  )
}
