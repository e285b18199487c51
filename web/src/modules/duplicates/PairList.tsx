import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pair } from '@/api/duplicates'
import { findObject, useObjects } from '@/metadata/hooks'
import { Avatar } from '@/ui/Avatar'
import classes from './Duplicates.module.css'

interface Props {
  pairs: Pair[]
  chosen: string | undefined
  onChoose: (pair: Pair) => void
  more?: { loading: boolean; load: () => void }
}

/** The pairs, the likeliest first. */
export function PairList({ pairs, chosen, onChoose, more }: Props) {
  const { t } = useTranslation()
  return (
    <nav className={classes.pairs} aria-label={t('duplicates.pairs')}>
      <ul>
        {pairs.map((pair) => (
          <li key={pair.id}>
            <Row pair={pair} chosen={pair.id === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {more && (
        <Button fullWidth variant="subtle" loading={more.loading} onClick={more.load}>
          {t('duplicates.more')}
        </Button>
      )}
    </nav>
  )
}

interface RowProps {
  pair: Pair
  chosen: boolean
  onChoose: (pair: Pair) => void
}
function Row({ pair, chosen, onChoose }: RowProps) {
  const { t } = useTranslation()
  const objects = useObjects()
  const place = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const [first, second] = pair.records
  const across = first.object !== second.object
  const speaking = pair.evidence.filter((each) => each.weight > 0)
  return (
    <button
      ref={place}
      type="button"
      className={classes.pair}
      aria-current={chosen || undefined}
      onClick={() => onChoose(pair)}
    >
      <span className={classes.names}>
        {pair.records.map((record) => (
          <span key={record.id} className="person">
            <Avatar name={record.name} size={18} square />
            <span className="trunc">{record.name}</span>
            {across && <span className="dim3">{findObject(objects, record.object)?.label}</span>}
          </span>
        ))}
      </span>
      <span className={classes.reasons}>
        <span className="trunc">
          {pair.by_others && !speaking.length
            ? t('duplicates.byOthers')
            : speaking.map((each) => each.label).join(' · ')}
        </span>
        {pair.probability !== null && (
          <b>{Math.max(1, Math.min(99, Math.round(pair.probability * 100)))}%</b>
        )}
      </span>
    </button>
  )
}
