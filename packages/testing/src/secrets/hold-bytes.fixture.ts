// Tests run this in a process of its own, and search the memory of that process. The process takes
// lines of masked bytes in hexadecimal. It holds the bytes of the last line unmasked in one place
// outside the JavaScript heap, and answers each line. An empty line wipes the bytes.
import { createInterface } from 'node:readline'

const mask = 0x5a
const held = new Uint8Array(new ArrayBuffer(1_024))

for await (const line of createInterface({ input: process.stdin })) {
  held.fill(0)
  for (let index = 0; index < line.length / 2; index += 1)
    held[index] = Number.parseInt(line.slice(2 * index, 2 * index + 2), 16) ^ mask
  process.stdout.write('held\n')
}
