// Text as it may reach a terminal. What comes from files, arguments and error messages could move its cursor, rename its
// window or turn the direction of its text around: such characters are shown by their numbers instead.

export type Colour = 'bold' | 'dim' | 'red' | 'green'

const codes: Record<Colour, readonly [number, number]> = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] }

const escape = (code: number): string => `\x1b[${code}m`

/** What turns a colour on and off again. */
export const codesOf = (colour: Colour): [on: string, off: string] => {
  const [on, off] = codes[colour]
  return [escape(on), escape(off)]
}

// Controls of ASCII but line feeds, DEL, controls of Latin 1, marks of direction, separators of lines, lone surrogates.
const controls =
  '[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]|'
  + '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]'
const anyControl = new RegExp(controls, 'g')
// Our own colours are let through, and no other sequence.
const ours = `\\u001b\\[(?:${[...new Set(Object.values(codes).flat())].join('|')})m`
const ownOrControl = new RegExp(`(${ours})|${controls}`, 'g')

const shown = (character: string): string => {
  const code = character.charCodeAt(0)
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Lines of text, in our colours where there are any. */
export const escapeText = (text: string): string => text.replace(ownOrControl, (found, own?: string) => own ?? shown(found))

/** A single line. */
export const escapeLine = (text: string): string => text.replace(anyControl, shown).replaceAll('\n', '\\n')

/** A document of JSON, in which strings alone can hold controls. */
export const jsonText = (document: unknown): string =>
  JSON.stringify(document, null, 2).replace(anyControl, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
