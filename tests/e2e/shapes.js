/* A name for the shape of every part of the page: the same for what axe judges alike. It holds what
   an element is, its states, whether there is text or a name, its place among its neighbours as far
   as stripes and edges need it, everything inside and all that it stands in; not what the text says.
   Keeps them by element for `violations` and returns them with spaces between. */
() => {
  const SAID = /^(id|for|name|value|href|src|alt|title|placeholder|datetime|download|aria-(label|description|labelledby|describedby|controls|owns|details|activedescendant|errormessage|valuetext|placeholder))$/
  const COUNTED = /^(data|aria)-/
  const NUMBERS = /[0-9a-f]{8}-[0-9a-f-]{27}|\b\d[\d.]*\b/g
  const LENGTHS = /-?\d[\d.]*(px|rem|em)|_r_\w+_/g
  const hash = (text) => {
    let sum = 0x811c9dc5
    for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
    return (sum >>> 0).toString(36)
  }
  const attribute = ({name, value}) =>
    SAID.test(name) ? name + (value ? '+' : '') : `${name}=${value.replace(COUNTED.test(name) ? NUMBERS : LENGTHS, '')}`
  const own = (element, place) => [
    element.localName,
    ...Array.from(element.attributes, attribute).sort(),
    element === document.activeElement ? 'focus' : '',
    element.checked ? 'checked' : '',
    element.value ? 'value' : '',
    Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.data.trim()) ? 'text' : '',
    place % 2,
    element.previousElementSibling ? '' : 'first',
    element.nextElementSibling ? '' : 'last',
  ].join('|')
  const shapes = (window.shapes = new Map())
  const walk = (element, place, around) => {
    const self = hash(around + own(element, place))
    shapes.set(element, self)
    // an icon
    if (element.localName === 'svg' && !element.querySelector('text')) return self
    const inside = Array.from(element.children, (child, at) => walk(child, at, self))
    const shape = hash([self, ...inside].join())
    shapes.set(element, shape)
    return shape
  }
  walk(document.body, 0, '')
  return [...shapes.values()].join(' ')
}
