import { existsSync } from 'node:fs'
import { request } from 'node:https'
import { expect, it } from 'vitest'
import { exposedSockets } from '../process/loopback.ts'
import { describeWithServer } from '../vitest.ts'
import { type NginxServer, startNginx } from './nginx.ts'

const answer = ({ host, port, ca }: NginxServer): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ host, port, ca, servername: 'localhost', agent: false })
    asked.on('error', reject)
    asked.on('response', (response) => {
      response.toArray().then((chunks) => resolve(chunks.join('')), reject)
    })
    asked.end()
  })

describeWithServer('nginx', 'startNginx', () => {
  it('serves by TLS on the port that is asked for, and listens on nothing else', async () => {
    await using nginx = await startNginx({ server: 'location / { return 200 $server_port; }' })
    expect(await answer(nginx)).toBe('8443')
    expect(await nginx.listening()).toEqual([
      { protocol: 'tcp', address: nginx.host, port: nginx.port },
    ])
    expect(await exposedSockets(nginx.pid)).toEqual([])
  })

  it('leaves nothing behind', async () => {
    const nginx = await startNginx({ server: 'location / { return 204; }' })
    await nginx.stop()
    expect(existsSync(nginx.folder)).toBe(false)
    await expect(answer(nginx)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('rejects with the words of nginx when the configuration is wrong', async () => {
    await expect(startNginx({ server: 'nonsense;' })).rejects.toThrow(/unknown directive/)
  })
})
