import { useParams } from '@tanstack/react-router'
import { useObject } from '@/metadata/hooks'

/** The object that the address names; undefined when there is none such or it may not be read. */
export function useRouteObject() {
  const { path } = useParams({ strict: false })
  return useObject(path)
}
