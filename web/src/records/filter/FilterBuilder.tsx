import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { useMobile } from '@/ui/useMobile'
import { useRefusedInside } from './errors'
import classes from './Filter.module.css'
import { GroupEditor } from './GroupEditor'
import { EMPTY, type Group } from './tree'

interface Props {
  meta: ObjectMeta
  group: Group
  onChange: (group: Group) => void
  onClose: () => void
}

/** The whole filter, however deep; each change is at once what the list shows. */
export default function FilterBuilder({ meta, group, onChange, onClose }: Props) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const refused = useRefusedInside('')
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('list.builder', { object: meta.label_plural })}
      size={720}
      fullScreen={mobile}
    >
      <GroupEditor meta={meta} item={group} path="" depth={0} onChange={onChange} />
      {refused && <p className={classes.error}>{t('list.filterRefused')}</p>}
      <div className={classes.builderFoot}>
        <Button variant="subtle" color="gray" onClick={() => onChange(EMPTY)}>
          {t('common.clear')}
        </Button>
        <Button variant="filled" onClick={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </Modal>
  )
}
