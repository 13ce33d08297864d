// Renders posts as Hexo does: reads {id, text} and writes {id, error}, one JSON object a line.
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'

const require = createRequire(`${process.env.NODE_MODULES}/here.js`)
const Hexo = require('hexo')
const { parse } = require('hexo-front-matter')

const root = mkdtempSync(`${tmpdir()}/copydesk-hexo-`)
symlinkSync(process.env.NODE_MODULES, `${root}/node_modules`)
writeFileSync(`${root}/_config.yml`, 'title: a\ntheme: none\n')
writeFileSync(`${root}/package.json`, '{"dependencies": {"hexo": "*", "hexo-renderer-marked": "*"}, "hexo": {"version": "8"}}')
const hexo = new Hexo(root, { silent: true })
await hexo.init()

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line)
  let error = null, data
  try {
    data = parse(text)
  } catch (thrown) {
    error = 'front matter'
  }
  if (data) {
    try {
      await hexo.post.render(null, { ...data, content: data._content, engine: 'md', source: '_posts/a.md', photos: [] })
    } catch (thrown) {
      error = thrown.type ?? String(thrown.message).split('\n').slice(0, 2).join(' ')
    }
  }
  console.log(JSON.stringify({ id, error }))
}
process.exit(0)
