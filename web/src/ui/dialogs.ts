import { type ReactNode, useSyncExternalStore } from 'react'

export interface Dialog {
  title: ReactNode
  body: ReactNode
  /** Width in px where the usual one is too narrow. */
  size?: number
  onClose?: () => void
}

/** Open dialogs, the newest last. They are drawn by `DialogHost`, whose code comes when needed. */
let open: readonly Dialog[] = []
const listeners = new Set<() => void>()
const set = (next: readonly Dialog[]) => {
  open = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
export const useDialogs = () => useSyncExternalStore(subscribe, () => open)

export function closeDialog(dialog: Dialog) {
  if (!open.includes(dialog)) return
  set(open.filter((one) => one !== dialog))
  dialog.onClose?.()
}

/** Opens a dialog from anywhere and gives the function that closes it. */
export function openDialog(dialog: Dialog): () => void {
  set([...open, dialog])
  return () => closeDialog(dialog)
}

/**
 * A question in a dialog: `body` draws it and calls `answer`. Resolves to what was answered, or to
 * `otherwise` when the dialog was closed.
 */
export function askDialog<T>(
  title: ReactNode,
  otherwise: T,
  body: (answer: (value: T) => void) => ReactNode,
  size?: number,
): Promise<T> {
  return new Promise((resolve) => {
    let given = otherwise
    let close: () => void = () => {}
    const answer = (value: T) => {
      given = value
      close()
    }
    close = openDialog({ title, size, body: body(answer), onClose: () => resolve(given) })
  })
}
