// Shows the OpenAPI document. Text goes in as text only, so nothing in it can become markup.
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children.filter((child) => child !== null))
  return node
}
const METHODS = ['get', 'post', 'patch', 'put', 'delete']

function resolve(doc, schema) {
  if (!schema?.$ref) return schema
  return doc.components.schemas[schema.$ref.split('/').pop()]
}

function typeOf(doc, schema) {
  if (!schema) return ''
  if (schema.$ref) return schema.$ref.split('/').pop()
  if (schema.anyOf) return schema.anyOf.map((each) => typeOf(doc, each)).join(' | ')
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.type === 'array') return `${typeOf(doc, schema.items) || 'any'}[]`
  const name = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
  const target = schema['x-object'] ? ` → ${schema['x-object']}` : ''
  return name + (schema.format ? ` (${schema.format})` : '') + target
}

function fields(doc, schema) {
  const found = resolve(doc, schema)
  if (!found?.properties) return el('pre', { textContent: typeOf(doc, schema) })
  const needed = new Set(found.required ?? [])
  const rows = Object.entries(found.properties).map(([key, each]) =>
    el(
      'tr',
      {},
      el('td', {}, el('code', { textContent: key + (needed.has(key) ? ' *' : '') })),
      el('td', { textContent: typeOf(doc, each) }),
      el('td', { textContent: each.title ?? each.description ?? '' }),
    ),
  )
  return el('table', {}, el('tbody', {}, ...rows))
}

function parameters(doc, list) {
  const rows = list.map((each) =>
    el(
      'tr',
      {},
      el('td', {}, el('code', { textContent: each.name + (each.required ? ' *' : '') })),
      el('td', { textContent: each.in }),
      el('td', {
        textContent: typeOf(doc, each.schema ?? each.content?.['application/json']?.schema),
      }),
      el('td', { textContent: each.description ?? '' }),
    ),
  )
  return el('table', {}, el('tbody', {}, ...rows))
}

function responses(doc, all) {
  const rows = Object.entries(all).map(([status, each]) => {
    const schema = Object.values(each.content ?? {})[0]?.schema
    return el(
      'tr',
      {},
      el('td', {}, el('code', { textContent: status })),
      el('td', { textContent: each.description }),
      el('td', { textContent: schema ? typeOf(doc, schema) : '' }),
    )
  })
  return el('table', {}, el('tbody', {}, ...rows))
}

function details(doc, operation) {
  const parts = []
  if (operation.parameters) {
    parts.push(el('h3', { textContent: 'Parameters' }), parameters(doc, operation.parameters))
  }
  const content = Object.entries(operation.requestBody?.content ?? {})[0]
  if (content) {
    parts.push(el('h3', { textContent: `Body: ${content[0]}` }), fields(doc, content[1].schema))
  }
  const good = Object.values(operation.responses).find((each) => each.content)
  const schema = good && Object.values(good.content)[0].schema
  parts.push(el('h3', { textContent: 'Answers' }), responses(doc, operation.responses))
  if (schema && resolve(doc, schema)?.properties) parts.push(fields(doc, schema))
  return el('div', { className: 'body' }, ...parts)
}

function entry(doc, path, method, operation) {
  const node = el(
    'details',
    { className: method },
    el(
      'summary',
      {},
      el('span', { className: 'method', textContent: method }),
      el('code', { textContent: path }),
      el('span', { textContent: operation.summary ?? '' }),
    ),
  )
  node.dataset.text = `${method} ${path} ${operation.summary}`.toLowerCase()
  node.addEventListener(
    'toggle',
    () => node.querySelector('.body') ?? node.append(details(doc, operation)),
  )
  return node
}

function show(doc) {
  document.querySelector('#about').textContent = doc.info.description
  const sections = new Map()
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const method of METHODS.filter((each) => item[each])) {
      const tag = item[method].tags[0]
      const list = sections.get(tag) ?? sections.set(tag, []).get(tag)
      list.push(entry(doc, path, method, item[method]))
    }
  }
  const main = document.querySelector('#main')
  const nav = document.querySelector('#nav')
  let number = 0
  for (const [tag, entries] of sections) {
    const id = `section-${number++}`
    nav.append(el('a', { href: `#${id}`, textContent: tag }))
    main.append(el('section', {}, el('h2', { id, textContent: tag }), ...entries))
  }
  main.setAttribute('aria-busy', 'false')
}

document.querySelector('#filter').addEventListener('input', (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean)
  for (const node of document.querySelectorAll('main details')) {
    node.hidden = !words.every((word) => node.dataset.text.includes(word))
  }
  for (const section of document.querySelectorAll('main section')) {
    section.hidden = !section.querySelector('details:not([hidden])')
  }
})

const answer = await fetch('/api/v1/openapi.json')
show(await answer.json())
