// Compiles posts as Docusaurus 3 does with its default settings: reads {id, text} and writes {id, error}, one JSON object
// a line. Links and images are not looked up.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(`${process.env.NODE_MODULES}/a.js`)
const { compileToJSX } = require('@docusaurus/mdx-loader/lib/utils.js')
const { createProcessors } = require('@docusaurus/mdx-loader/lib/processor.js')
const { DEFAULT_PARSE_FRONT_MATTER: parse } = require('@docusaurus/utils')

const hooks = { onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore' }
const markdownConfig = {
  format: 'mdx',
  mermaid: false,
  emoji: true,
  parseFrontMatter: async params => parse(params),
  mdx1Compat: { comments: true, admonitions: true, headingIds: true },
  anchors: { maintainCase: false },
  hooks,
}
const options = { siteDir: '/none', staticDirs: [], admonitions: true, remarkPlugins: [], rehypePlugins: [], markdownConfig }
options.processors = await createProcessors({ options })

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line)
  const filePath = '/none/docs/a.md'
  let frontMatter = null
  let error = null
  try {
    frontMatter = (await parse({ filePath, fileContent: text })).frontMatter
  } catch (thrown) {
    error = `front matter: ${thrown.message}`
  }
  try {
    if (frontMatter) await compileToJSX({ filePath, fileContent: text, frontMatter, options, compilerName: 'server' })
  } catch (thrown) {
    const cause = thrown.cause ?? thrown
    error = String(cause.reason ?? cause.message).split('\n')[0]
  }
  console.log(JSON.stringify({ id, error }))
}
