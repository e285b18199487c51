import { Button, SegmentedControl, Select } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Pair, type PairState, pairsQuery } from '@/api/duplicates'
import { findObject, useObjects } from '@/metadata/hooks'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconArrowLeft, IconCopyCheck } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { useMobile } from '@/ui/useMobile'
import { Compare } from './Compare'
import classes from './Duplicates.module.css'
import { PairList } from './PairList'
import { Scanning } from './Scanning'

const STATES = ['open', 'distinct', 'merged'] as const

/** Everything that may be there twice, one pair after the other. */
export default function DuplicatesPage() {
  const { t } = useTranslation()
  const objects = useObjects().filter((meta) => meta.actions.some(({ key }) => key === 'merge'))
  const asked = useSearch({ from: '/shell/duplicates' })
  const navigate = useNavigate()
  const meta = findObject(objects, asked.object) ?? objects[0]
  const state: PairState = STATES.find((one) => one === asked.state) ?? 'open'
  const go = (search: Partial<typeof asked>) =>
    void navigate({ to: '/duplicates', search: { ...asked, ...search }, replace: true })
  return (
    <>
      <PageHead icon={IconCopyCheck} title={t('shell.duplicates')}>
        <Scanning />
      </PageHead>
      <div className={classes.bar}>
        <Select
          w={130}
          aria-label={t('duplicates.object')}
          allowDeselect={false}
          value={meta?.object ?? null}
          data={objects.map(({ object, label }) => ({ value: object, label }))}
          onChange={(object) => object && go({ object, pair: undefined })}
        />
        <SegmentedControl
          aria-label={t('duplicates.state')}
          value={state}
          data={STATES.map((value) => ({ value, label: t(`duplicates.states.${value}`) }))}
          onChange={(next) => go({ state: next, pair: undefined })}
        />
      </div>
      {meta ? (
        <Queue
          key={`${meta.object}${state}`}
          object={meta.object}
          state={state}
          pair={asked.pair}
          onPair={(pair) => go({ pair })}
        />
      ) : (
        <Empty icon={IconCopyCheck} title={t('duplicates.empty')} />
      )}
    </>
  )
}

interface QueueProps {
  object: string
  state: PairState
  pair: string | undefined
  onPair: (pair: string | undefined) => void
}
function Queue({ object, state, pair, onPair }: QueueProps) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const query = useInfiniteQuery(pairsQuery(object, state))
  const pairs = query.data?.pages.flatMap((page) => page.items) ?? []
  const found = pairs.findIndex(({ id }) => id === pair)
  // On a wide screen one pair is always open; a phone begins with the list.
  const place = found >= 0 || mobile ? found : 0
  const chosen: Pair | undefined = pairs[place]
  const step = (by: number) => {
    const next = pairs[Math.max(0, Math.min(pairs.length - 1, place + by))]
    if (next) onPair(next.id)
  }
  useHotkeys([
    ['ArrowDown', () => step(1)],
    ['ArrowUp', () => step(-1)],
    ['J', () => step(1)],
    ['K', () => step(-1)],
  ])
  if (query.isPending) return <PartSkeleton height={52} />
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />
  if (!pairs.length) {
    const open = state === 'open'
    const title = open ? t('duplicates.empty') : t('duplicates.emptyOther')
    return (
      <Empty
        icon={IconCopyCheck}
        title={title}
        hint={open ? t('duplicates.emptyHint') : undefined}
      />
    )
  }
  const settled = () => onPair(mobile ? undefined : (pairs[place + 1] ?? pairs[place - 1])?.id)
  return (
    <div className={classes.queue}>
      {!(mobile && chosen) && (
        <PairList
          pairs={pairs}
          chosen={chosen?.id}
          onChoose={({ id }) => onPair(id)}
          more={
            query.hasNextPage
              ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }
              : undefined
          }
        />
      )}
      {chosen && (
        <section className={classes.panel} aria-label={t('duplicates.pairs')}>
          {mobile && (
            <Button
              variant="subtle"
              leftSection={<IconArrowLeft size={15} />}
              onClick={() => onPair(undefined)}
            >
              {t('duplicates.back')}
            </Button>
          )}
          <Compare key={chosen.id} pair={chosen} onSettled={settled} />
        </section>
      )}
    </div>
  )
}
