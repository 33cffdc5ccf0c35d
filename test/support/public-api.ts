// The public names of the package, read from its declarations: functions, and the methods of exported classes and
// interfaces, without what is marked @internal.
import ts from 'typescript'

const entries = [
  'index',
  'data/index',
  'linalg/index',
  'learners/registry',
  'verify/index',
  'verify/digests',
  'core/relaxed',
  'core/threads',
].map((name) => `dist/${name}.d.ts`)

/** `function` or `Type.method`, sorted. */
export function publicCallables(): string[] {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
    lib: ['lib.es2022.d.ts'],
  })
  const checker = program.getTypeChecker()
  const found = new Set<string>()
  const internal = (symbol: ts.Symbol): boolean => symbol.getJsDocTags(checker).some(({ name }) => name === 'internal')
  const calls = (symbol: ts.Symbol, at: ts.Node): boolean => checker.getTypeOfSymbolAtLocation(symbol, at).getCallSignatures().length > 0
  for (const entry of entries) {
    const source = program.getSourceFile(entry)!
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      if (internal(symbol)) continue
      if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable) && calls(symbol, source)) found.add(exported.name)
      if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) continue
      for (const member of checker.getDeclaredTypeOfSymbol(symbol).getProperties())
        if (!internal(member) && !member.name.startsWith('__') && calls(member, source)) found.add(`${exported.name}.${member.name}`)
    }
  }
  return [...found].sort()
}
