import { hueOf, soft } from './colours'

interface Props {
  name: string
  size?: number
  /** People are round, things are square. */
  square?: boolean
}

const CJK = /[\u4e00-\u9fa5]/

/** One letter or character: a Chinese given name ends the name, a company's name begins with it. */
function letter(name: string, square: boolean | undefined) {
  const text = name.trim()
  if (!text) return '?'
  return (CJK.test(text) && !square ? [...text].at(-1)! : [...text][0]!).toUpperCase()
}

/** Decoration beside a name that stands in text, so it is hidden from screen readers. */
export function Avatar({ name, size = 20, square }: Props) {
  return (
    <span
      className="ava"
      data-square={square || undefined}
      aria-hidden
      style={{
        width: size,
        height: size,
        fontSize: Math.max(9, size * (square ? 0.52 : 0.44)),
        ...soft(hueOf(name)),
      }}
    >
      {letter(name, square)}
    </span>
  )
}

export function Person({ name, size }: { name: string; size?: number }) {
  return (
    <span className="person">
      <Avatar name={name} size={size} />
      <span className="trunc" title={name}>
        {name}
      </span>
    </span>
  )
}
