import { useEffect, useState } from 'react'

const SETTLING = 250
const EDGE = 4

/** The place of the first shown element that matches, kept while the page moves under it. */
export function useRing(selector: string): DOMRect | null {
  const [ring, setRing] = useState<DOMRect | null>(null)
  useEffect(() => {
    let last = ''
    const measure = () => {
      const found = selector
        .split(', ')
        .map((one) => document.querySelector(one)?.getBoundingClientRect())
        .find((box) => box && box.width > 0 && box.height > 0)
      const next = found ? within(found) : null
      const text = JSON.stringify(next)
      if (text === last) return
      last = text
      setRing(next)
    }
    measure()
    const timer = setInterval(measure, SETTLING)
    return () => clearInterval(timer)
  }, [selector])
  return ring
}

/** A rectangle around the box that does not leave the window. */
function within({ left, top, right, bottom }: DOMRect): DOMRect {
  const x = Math.max(EDGE, left - EDGE)
  const y = Math.max(EDGE, top - EDGE)
  const width = Math.min(window.innerWidth - EDGE, right + EDGE) - x
  const height = Math.min(window.innerHeight - EDGE, bottom + EDGE) - y
  return new DOMRect(x, y, width, height)
}
