import { Modal } from '@mantine/core'
import { closeDialog, type Dialog } from './dialogs'
import { useMobile } from './useMobile'

export default function DialogHost({ dialogs }: { dialogs: readonly Dialog[] }) {
  const mobile = useMobile()
  return dialogs.map((dialog, index) => (
    <Modal
      // biome-ignore lint/suspicious/noArrayIndexKey: a stack: only its end changes
      key={index}
      opened
      title={dialog.title}
      size={dialog.size}
      fullScreen={mobile && dialog.size !== undefined}
      onClose={() => closeDialog(dialog)}
    >
      {dialog.body}
    </Modal>
  ))
}
