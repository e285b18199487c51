import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId } from 'react'
import { dropRecord, isShown, listsAreShort, patchRecord, refreshObject } from './cache'
import { ask, post } from './client'
import { keys } from './keys'
import type { ObjectRef } from './records'
import type { Page } from './types'

interface Watch {
  ref: ObjectRef
  ids: string[] | '*'
}
interface Change {
  object: string
  ids: string[]
  gone: string[]
}

/**
 * The one connection to `/live`. Pages say what they show; the server sends ids of what changed,
 * never contents: those are read again through the ordinary API, with the reader's rights.
 */
class Live {
  private source: EventSource | null = null
  private client: string | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly watches = new Map<string, Watch>()
  private readonly waiting = new Set<(object: string) => void>()

  open(queries: QueryClient) {
    this.close()
    const source = new EventSource('/api/v1/live')
    source.addEventListener('hello', (event) => {
      // The line was cut: it may be somebody else now who looks at this screen.
      if (this.client) void queries.invalidateQueries({ queryKey: keys.me })
      this.client = JSON.parse(event.data).client
      this.announce()
    })
    source.addEventListener('change', (event) => {
      void this.changed(queries, JSON.parse(event.data))
    })
    source.addEventListener('notification', () => {
      void queries.invalidateQueries({ queryKey: keys.notifications })
    })
    source.addEventListener('metadata', () => {
      void queries.invalidateQueries({ queryKey: keys.objects })
    })
    source.addEventListener('job', (event) => {
      void queries.invalidateQueries({ queryKey: keys.job(JSON.parse(event.data).id) })
    })
    this.source = source
  }

  close() {
    this.source?.close()
    this.source = null
    this.client = null
  }

  watch(key: string, watch: Watch | null) {
    if (watch) this.watches.set(key, watch)
    else this.watches.delete(key)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.announce(), 200)
  }

  /** Called with an object when a long open list has rows that it does not show yet. */
  onStaleList(listener: (object: string) => void) {
    this.waiting.add(listener)
    return () => void this.waiting.delete(listener)
  }

  private announce() {
    if (!this.client) return
    const watch: Record<string, string[] | '*'> = {}
    for (const { ref, ids } of this.watches.values()) {
      const known = watch[ref.object]
      watch[ref.object] =
        ids === '*' || known === '*' ? '*' : [...new Set([...(known ?? []), ...ids])]
    }
    // A lost announcement is made good by the next `hello`, when the connection comes back.
    post('/live/watch', { client: this.client, watch }).catch(() => undefined)
  }

  private refOf(object: string): ObjectRef | undefined {
    return [...this.watches.values()].find(({ ref }) => ref.object === object)?.ref
  }

  private async changed(queries: QueryClient, { object, ids, gone }: Change) {
    for (const id of gone ?? []) dropRecord(queries, object, id)
    const shown = ids.filter((id) => isShown(queries, object, id))
    const ref = this.refOf(object)
    if (ref && shown.length) await this.refetch(queries, ref, shown)
    if (shown.length < ids.length && !listsAreShort(queries, object)) {
      for (const listener of this.waiting) listener(object)
    }
    const lists = shown.length < ids.length && listsAreShort(queries, object)
    refreshObject(queries, object, { lists })
    for (const id of ids) {
      void queries.invalidateQueries({ queryKey: keys.record(object, id) })
      void queries.invalidateQueries({ queryKey: keys.timeline(object, id) })
    }
  }

  private async refetch(queries: QueryClient, ref: ObjectRef, ids: string[]) {
    const filter = { field: 'id', op: 'in', value: ids.slice(0, 200) }
    const page = await ask<Page>(`/${ref.path}/query`, { filter, limit: 200, count: 'none' })
    for (const record of page.items) patchRecord(queries, ref.object, record)
  }
}

export const live = new Live()

/** Opens the live connection for as long as the caller is mounted (the shell). */
export function useLiveConnection() {
  const queries = useQueryClient()
  useEffect(() => {
    live.open(queries)
    return () => live.close()
  }, [queries])
}

/** Tells the server what this component shows: some ids, or `*` for a whole object. */
export function useWatch(ref: ObjectRef | undefined, ids: string[] | '*') {
  const key = useId()
  const list = ids === '*' ? '*' : ids.join()
  const { object, path } = ref ?? {}
  useEffect(() => {
    if (!object || !path) return
    live.watch(key, { ref: { object, path }, ids: list === '*' ? '*' : list.split(',') })
    return () => live.watch(key, null)
  }, [key, object, path, list])
}
