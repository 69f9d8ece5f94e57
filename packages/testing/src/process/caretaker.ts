import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The caretaker is a small shell that waits for the end of this process, however it ends (SIGKILL
 * included: its standard input is a pipe that the kernel closes), then ends the process groups it
 * was told of and removes the one temporary folder under which everything was made.
 *
 * It ignores the terminal's signals, or Ctrl-C would take it away before there is anything to clean
 * up. The folder's `PATTERN` is checked again in the shell, so that no mistake here can make it
 * remove anything else.
 */
const caretakerScript = `
trap '' HUP INT QUIT TERM
groups=' '
while read -r verb value; do
  case $verb in
    keep) groups="$groups$value " ;;
    drop) case $groups in *" $value "*) groups="\${groups%% $value *} \${groups#* $value }" ;; esac ;;
  esac
done
for entry in $groups; do kill -s "\${entry#*:}" -- "-\${entry%:*}" 2>/dev/null; done
tries=0
for entry in $groups; do
  while [ $tries -lt 60 ] && kill -s 0 -- "-\${entry%:*}" 2>/dev/null; do sleep 0.05; tries=$((tries + 1)); done
  kill -s KILL -- "-\${entry%:*}" 2>/dev/null
done
case $1 in */force-reset-run-??????) rm -rf -- "$1" ;; esac
`

interface Caretaker {
  readonly process: ChildProcess
  readonly root: string
}

let caretaker: Caretaker | undefined
let folders = 0

function theCaretaker(): Caretaker {
  if (caretaker) return caretaker
  const root = mkdtempSync(join(tmpdir(), 'force-reset-run-'))
  const shell = spawn('/bin/sh', ['-c', caretakerScript, 'caretaker', root], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
  })
  // The caretaker waits for us; we must not wait for it.
  shell.unref()
  if (shell.stdin && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function')
    shell.stdin.unref()
  shell.stdin?.on('error', () => {})
  caretaker = { process: shell, root }
  return caretaker
}

/**
 * Signal with which the caretaker ends a server whose starter is dead. `KILL` suits servers whose
 * data is thrown away anyway.
 */
export type FarewellSignal = 'KILL' | 'TERM' | 'QUIT'

/**
 * Ends the process group `pid` when this process ends, however it ends. Returns the function that
 * calls it off.
 */
export function endWithUs(pid: number, signal: FarewellSignal = 'KILL'): () => void {
  const { process: shell } = theCaretaker()
  shell.stdin?.write(`keep ${pid}:${signal}\n`)
  return () => {
    shell.stdin?.write(`drop ${pid}:${signal}\n`)
  }
}

/**
 * A new empty folder under the system's temporary folder; it is removed when this process ends,
 * however it ends. Mode 0700 in a folder of mode 0700.
 *
 * @param owner - Whom it belongs to, for servers that refuse to run as root. Others may then pass
 *   through the folder around it, but not list it.
 */
export function temporaryFolder(
  name: string,
  owner?: { readonly uid: number; readonly gid: number },
): string {
  const { root } = theCaretaker()
  folders += 1
  const folder = join(root, `${name}-${folders}`)
  mkdirSync(folder, { mode: 0o700 })
  if (owner !== undefined) {
    chmodSync(root, 0o711)
    chownSync(folder, owner.uid, owner.gid)
  }
  return folder
}
