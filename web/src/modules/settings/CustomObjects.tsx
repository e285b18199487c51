import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CustomObject, customObjectsQuery } from '@/api/admin'
import { useObjects } from '@/metadata/hooks'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconCube, IconPencil, IconPlus, IconTrash } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { Section } from '@/ui/Section'
import { ObjectDialog } from './ObjectDialog'
import classes from './Settings.module.css'
import { useDefinitions } from './useDefinitions'
import { useWord } from './words'

/** Objects an administrator made; each has lists, forms, rights and an API like any other. */
export default function CustomObjects() {
  const { t } = useTranslation()
  const objects = useObjects()
  const word = useWord()
  const [asked, setAsked] = useState<CustomObject | 'new' | null>(null)
  const { data, error, refetch } = useQuery(customObjectsQuery(false))
  const { data: bin } = useQuery(customObjectsQuery(true))
  const { refresh, drop, bringBack } = useDefinitions('custom_objects')
  const button = (
    <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => setAsked('new')}>
      {t('settings.newObject')}
    </Button>
  )
  return (
    <>
      <Section title={t('settings.pages.objects')} action={data?.items.length ? button : undefined}>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <PartSkeleton height={40} />}
        {data && !data.items.length && (
          <Empty icon={IconCube} title={t('settings.noObjects')} hint={t('settings.noObjectsHint')}>
            {button}
          </Empty>
        )}
        <ul className={classes.rows}>
          {data?.items.map((object) => {
            const name = word(object.labels, object.name)
            const Sign = metadataIcon(object.icon)
            const title = t('settings.deleteObject', { name })
            const known = objects.find((meta) => meta.object === object.name)
            return (
              <li key={object.id} className={classes.row}>
                <Sign size={17} stroke={1.6} aria-hidden />
                <span className={classes.words}>
                  {known ? (
                    <Link to="/$path" params={{ path: known.path }} className="link">
                      <b>{name}</b>
                    </Link>
                  ) : (
                    <b>{name}</b>
                  )}
                  <small>{object.name}</small>
                </span>
                <ActionIcon
                  aria-label={t('settings.editObject', { name })}
                  onClick={() => setAsked(object)}
                >
                  <IconPencil size={15} />
                </ActionIcon>
                <ActionIcon
                  aria-label={title}
                  onClick={() => void drop(object.id, name, title, t('settings.deleteObjectHint'))}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </li>
            )
          })}
        </ul>
      </Section>
      {bin && bin.items.length > 0 && (
        <Section title={t('settings.binObjects')}>
          <ul className={classes.rows}>
            {bin.items.map((object) => {
              const name = word(object.labels, object.name)
              return (
                <li key={object.id} className={classes.row}>
                  <span className={classes.words}>
                    <b>{name}</b>
                    <small>{object.name}</small>
                  </span>
                  <Button onClick={() => void bringBack(object.id, name)}>
                    {t('settings.restore')}
                  </Button>
                </li>
              )
            })}
          </ul>
        </Section>
      )}
      {asked && (
        <ObjectDialog
          object={asked === 'new' ? null : asked}
          onSaved={() => void refresh()}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}
