// Makes a release: the version everywhere that it stands, the changelog's head closed with today's date, one commit and one tag.
//
//   npm run release -- 0.2.0            sets, commits, tags; pushing the tag publishes (.github/workflows/release.yml)
//   npm run release -- --check 0.2.0    whether all places say so; exit 1 where one does not
//   npm run release -- --notes 0.2.0    what the changelog says of it
//
// CHANGELOG.md begins with `## VERSION (unreleased)`, under which each change adds its line.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const {
  values: { check, notes },
  positionals: [version],
} = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' }, notes: { type: 'boolean' } } })

const say = (text, code) => {
  console.error(`release: ${text}`)
  process.exit(code)
}
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '')) say('usage: npm run release -- [--check|--notes] MAJOR.MINOR.PATCH', 2)

const read = (path) => readFileSync(path, 'utf8')

/** Where the version stands: the file, and the one line of it. */
const places = [
  ['package.json', /^ {2}"version": "(.*)"/m],
  ['package-lock.json', /^ {2}"version": "(.*)"/m],
  ['package-lock.json', /^ {6}"version": "(.*)"/m],
  ['CITATION.cff', /^version: (.*)$/m],
  ...readdirSync('examples', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [`examples/${name}/package.json`, /"ngrad": "\^(.*)"/]),
]
const head = /^## (\S+) \((.*)\)$/m

/** What the changelog says of a version: from its head to the next. */
function section() {
  const text = read('CHANGELOG.md')
  const start = text.indexOf(`## ${version} (`)
  if (start < 0) say(`CHANGELOG.md has no ## ${version}`, 1)
  const next = text.indexOf('\n## ', start)
  return text.slice(text.indexOf('\n', start) + 1, next < 0 ? undefined : next).trim()
}

if (notes) {
  console.log(section())
  process.exit(0)
}
if (check) {
  const wrong = places.flatMap(([path, at]) => {
    const found = at.exec(read(path))?.[1]
    return found === version ? [] : [`${path} says ${found ?? 'none'}`]
  })
  if (head.exec(read('CHANGELOG.md'))[2].includes('unreleased')) wrong.push('CHANGELOG.md says unreleased')
  section()
  if (wrong.length > 0) say(wrong.join('; '), 1)
  console.log(`${version} in all ${places.length} places`)
  process.exit(0)
}

const git = (...words) => execFileSync('git', words, { encoding: 'utf8' }).trim()
if (git('status', '--porcelain') !== '') say('there are changes that are not committed', 1)
if (git('tag', '--list', `v${version}`) !== '') say(`there is a tag v${version}`, 1)
const changelog = read('CHANGELOG.md')
if (!(head.exec(changelog)?.[2] ?? '').includes('unreleased')) say('CHANGELOG.md begins with no unreleased version', 1)
for (const [path, at] of places) {
  const text = read(path)
  const found = at.exec(text)
  if (!found) say(`${path} has no version`, 1)
  const line = found[0].replace(found[1], version)
  writeFileSync(path, text.slice(0, found.index) + line + text.slice(found.index + found[0].length))
}
writeFileSync('CHANGELOG.md', changelog.replace(head, `## ${version} (${new Date().toISOString().slice(0, 10)})`))
git('commit', '--all', '--quiet', '--message', `Release ${version}`)
git('tag', '--annotate', `v${version}`, '--message', `ngrad ${version}`)
console.log(`committed and tagged v${version}; git push --follow-tags publishes it`)
