import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The caretaker is a small shell that waits for the end of this process. The kernel then closes the
 * pipe that is its standard input, even after SIGKILL. The caretaker ends the process groups that
 * it was told of, and removes the one temporary folder that holds everything.
 *
 * The caretaker ignores the terminal's signals: Ctrl-C must not end it before its work. It removes
 * no folder of another name, whatever mistake is made here.
 */
const caretakerScript = `
trap '' HUP INT QUIT TERM
groups=' '
mounts=''
while read -r verb value; do
  case $verb in
    keep) groups="$groups$value " ;;
    drop)
      case $groups in
        *" $value "*) groups="\${groups%% $value *} \${groups#* $value }" ;;
      esac ;;
    unmount) mounts="$value $mounts" ;;
  esac
done
for entry in $groups; do kill -s "\${entry#*:}" -- "-\${entry%:*}" 2>/dev/null; done
tries=0
for entry in $groups; do
  while [ $tries -lt 60 ] && kill -s 0 -- "-\${entry%:*}" 2>/dev/null; do
    sleep 0.05
    tries=$((tries + 1))
  done
  kill -s KILL -- "-\${entry%:*}" 2>/dev/null
done
for place in $mounts; do
  case $place in "$1"/*) umount -l -- "$place" 2>/dev/null ;; esac
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
  // The caretaker waits for this process, which must not wait for the caretaker.
  shell.unref()
  if (shell.stdin && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function')
    shell.stdin.unref()
  shell.stdin?.on('error', () => {})
  caretaker = { process: shell, root }
  return caretaker
}

/** Signal with which the caretaker ends a server whose starter is dead. */
export type FarewellSignal = 'KILL' | 'TERM' | 'QUIT'

/**
 * Makes the process group `pid` end with this process, however this process ends. Returns a
 * function that calls this off.
 *
 * @param signal - Default `KILL`, for servers whose data is thrown away anyway.
 */
export function endWithUs(pid: number, signal: FarewellSignal = 'KILL'): () => void {
  const { process: shell } = theCaretaker()
  shell.stdin?.write(`keep ${pid}:${signal}\n`)
  return () => {
    shell.stdin?.write(`drop ${pid}:${signal}\n`)
  }
}

/**
 * Unmounts a file system below a {@link temporaryFolder} with the end of this process. Of several,
 * the one that came last is unmounted first. One that is not mounted any more is no error.
 */
export function unmountWithUs(place: string): void {
  theCaretaker().process.stdin?.write(`unmount ${place}\n`)
}

/**
 * A new empty folder under the system's temporary folder, of mode 0700 in a folder of mode 0700.
 * The folder is removed when this process ends, however this process ends.
 *
 * @param owner - The owner of the folder, for servers that refuse to run as root. Others may then
 *   pass through the folder around it, but not list that one.
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
