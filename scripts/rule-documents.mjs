// What `ngrad rules RULE` and `ngrad train RULE --help` say about a rule beyond its row, taken from its file: the comment at its head,
// and what its options mean. Written beside the command line, dist/cli/rule-documents.json, so that no application ships it.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const indices = ['learners', 'models'].map((folder) => `${root}src/${folder}/index.ts`)
const program = ts.createProgram(indices, { ...options, noEmit: true })
const checker = program.getTypeChecker()

/** The lines of comment that a file begins with, as they stand. */
const headOf = (file) =>
  file.text
    .slice(0, file.text.search(/^(?!\/\/)/m))
    .replace(/^\/\/ ?/gm, '')
    .trimEnd()

/** What each option means, on one line. */
const meaningsOf = (options) =>
  Object.fromEntries(
    checker
      .getPropertiesOfType(checker.getNonNullableType(options))
      .map((property) => [property.name, ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim()]),
  )

const documents = {}
for (const index of indices)
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    if (!(symbol.flags & ts.SymbolFlags.Variable)) continue
    const type = checker.getTypeOfSymbol(symbol)
    if (!type.getProperty('rule') && !type.getProperty('model')) continue
    const file = symbol.valueDeclaration.getSourceFile()
    const [parameter] = type.getCallSignatures()[0].parameters
    documents[symbol.name] = {
      file: relative(root, file.fileName),
      about: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
      head: headOf(file),
      options: meaningsOf(checker.getTypeOfSymbol(parameter)),
    }
  }
writeFileSync(`${root}dist/cli/rule-documents.json`, `${JSON.stringify(documents, null, 1)}\n`)
