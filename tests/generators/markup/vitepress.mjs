// Compiles posts as VitePress does: reads {id, text} and writes {id, error}, one JSON object a line.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.env.NODE_MODULES}/here.js`)
const load = name => import(pathToFileURL(require.resolve(name)))
const { createMarkdownRenderer } = await import(pathToFileURL(`${process.env.NODE_MODULES}/vitepress/dist/node/index.js`))
const { parse, compileTemplate } = await load('vue/compiler-sfc')
const { parseAst } = await load('rollup/parseAst')

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const markdown = await createMarkdownRenderer('/tmp', { highlight: text => `<pre v-pre><code>${escape(text)}</code></pre>` })

function compile(text) {
  const env = { path: '/tmp/a.md', relativePath: 'a.md', cleanUrls: false }
  let html
  try {
    html = markdown.render(text, env)
  } catch (error) {
    return `front matter: ${String(error.message).split('\n')[0]}`
  }
  const { scripts = [], styles = [], customBlocks = [] } = env.sfcBlocks ?? {}
  const parts = list => list.map(part => part.content)
  const page = [...parts(scripts), `<template><div>${html}</div></template>`, ...parts(styles), ...parts(customBlocks)].join('\n')
  const { descriptor, errors } = parse(page, { filename: '/tmp/a.md' })
  if (errors.length) return errors[0].message
  const { template } = descriptor
  const options = { mode: 'module', prefixIdentifiers: true }
  const made = compileTemplate({ source: template.content, ast: template.ast, filename: '/tmp/a.md', id: 'a', compilerOptions: options })
  if (made.errors.length) return String(made.errors[0].message ?? made.errors[0])
  try {
    parseAst(made.code)
  } catch (error) {
    return `bundler: ${error.message.split('\n')[0]}`
  }
  return null
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line)
  let error
  try {
    error = compile(text)
  } catch (thrown) {
    error = `thrown: ${String(thrown.message).split('\n')[0]}`
  }
  console.log(JSON.stringify({ id, error }))
}
