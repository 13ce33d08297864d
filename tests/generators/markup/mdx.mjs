// Compiles posts as MDX 3: reads {id, text} and writes {id, error}, one JSON object a line.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const load = name => import(pathToFileURL(`${process.env.NODE_MODULES}/${name}/index.js`))
const { compile } = await load('@mdx-js/mdx')
const gfm = (await load('remark-gfm')).default
const frontMatter = (await load('remark-frontmatter')).default

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line)
  let error = null
  try {
    await compile(text, { remarkPlugins: [frontMatter, gfm] })
  } catch (thrown) {
    error = String(thrown.reason ?? thrown.message).split('\n')[0]
  }
  console.log(JSON.stringify({ id, error }))
}
