// Completions for shells, made from the commands: their names, their options, and the names of rules.
import { classifiers, registry } from '../learners/registry.js'
import { type Command, command, UsageError } from './command.js'
import { print } from './terminal.js'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** The command that prints them, for these commands and itself. */
export function completionsOf(others: readonly Command[]): Command {
  const itself = command({
    name: 'completions',
    summary: 'Prints what makes a shell complete commands, options and rules.',
    argument: 'SHELL',
    options: {},
    examples: [
      ['completions bash >> ~/.bashrc', 'for bash'],
      ['completions zsh > ~/.zfunc/_ngrad', 'for zsh, where fpath has ~/.zfunc'],
      ['completions fish > ~/.config/fish/completions/ngrad.fish', 'for fish'],
    ],
    run: (_options, shell) => {
      if (!shells.includes(shell as Shell))
        throw new UsageError(`no completions for ${JSON.stringify(shell)}; there are ${shells.join(', ')}`)
      print(scripts[shell as Shell]([...others, itself]).trimEnd())
      return 0
    },
  })
  return itself
}

const optionsOf = ({ options }: Command): string[] => [...Object.keys(options).map((name) => `--${name}`), '--help']

/** The options of all commands that take a path. */
function pathsOf(commands: readonly Command[]): string[] {
  const all = commands.flatMap(({ options }) => Object.entries(options))
  return [...new Set(all.flatMap(([name, { placeholder }]) => (placeholder === 'PATH' ? [`--${name}`] : [])))]
}

/** What may stand for a command's argument. */
function wordsOf({ name, argument = '' }: Command): string[] {
  if (argument === 'SHELL') return [...shells]
  if (!argument.includes('RULE')) return []
  return (name === 'train' ? classifiers : registry).map((row) => row.name)
}

const scripts: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = {
  bash: (commands) => `_ngrad() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${['help', ...commands.map(({ name }) => name)].join(' ')}" -- "$word"))
    return
  fi
  case $before in
    --rules) COMPREPLY=($(compgen -W "${registry.map(({ name }) => name).join(' ')}" -- "$word")); return ;;
    ${pathsOf(commands).join(' | ')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case \${COMP_WORDS[1]} in
    help) COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word")) ;;
${commands.map((one) => `    ${one.name}) COMPREPLY=($(compgen -W "${[...wordsOf(one), ...optionsOf(one)].join(' ')}" -- "$word")) ;;`).join('\n')}
  esac
}
complete -o default -F _ngrad ngrad
`,
  zsh: (commands) => `#compdef ngrad
_ngrad() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
      'help:says what a command does'
    )
    _describe command commands
    return
  fi
  case $words[CURRENT-1] in
    --rules) compadd ${registry.map(({ name }) => name).join(' ')}; return ;;
    ${pathsOf(commands).join(' | ')}) _files; return ;;
  esac
  case $words[2] in
    help) compadd ${commands.map(({ name }) => name).join(' ')} ;;
${commands.map((one) => `    ${one.name}) compadd -- ${[...wordsOf(one), ...optionsOf(one)].join(' ')}; _files ;;`).join('\n')}
  esac
}
_ngrad "$@"
`,
  fish: (commands) =>
    [
      'complete -c ngrad -f -n __fish_use_subcommand -a help -d "says what a command does"',
      ...commands.flatMap((one) => [
        `complete -c ngrad -f -n __fish_use_subcommand -a ${one.name} -d ${quoted(one.summary)}`,
        ...(wordsOf(one).length > 0
          ? [`complete -c ngrad -n ${quoted(`__fish_seen_subcommand_from ${one.name}`)} -a ${quoted(wordsOf(one).join(' '))}`]
          : []),
        ...Object.entries(one.options).map(
          ([name, { help, placeholder }]) =>
            `complete -c ngrad -n ${quoted(`__fish_seen_subcommand_from ${one.name}`)} -l ${name}${placeholder === undefined ? '' : ' -r'} -d ${quoted(help)}`,
        ),
      ]),
    ].join('\n'),
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
