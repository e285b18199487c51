import { Modal } from '@mantine/core'
import { closeDialog, type Dialog } from './dialogs'

export default function DialogHost({ dialogs }: { dialogs: readonly Dialog[] }) {
  return dialogs.map((dialog, index) => (
    <Modal
      // biome-ignore lint/suspicious/noArrayIndexKey: a stack: only its end changes
      key={index}
      opened
      title={dialog.title}
      onClose={() => closeDialog(dialog)}
    >
      {dialog.body}
    </Modal>
  ))
}
