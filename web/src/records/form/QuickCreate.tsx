import { Modal } from '@mantine/core'
import { useObject } from '@/metadata/hooks'
import { type CreateRequest, closeCreate } from './createStore'

export default function QuickCreate({ request }: { request: CreateRequest }) {
  const meta = useObject(request.object)
  return <Modal opened onClose={closeCreate} title={meta?.label} />
}
