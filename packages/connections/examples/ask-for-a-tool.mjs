/**
 * Asks Latchkey on behalf of a tool. `latchkey` is what the server read from its environment when it started:
 * `{ port: LATCHKEY_SERVER_TOOLS_PORT, token: LATCHKEY_SERVER_TOKEN }`.
 */
async function ask({ port, token }, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}/v1/tools/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

/** A tool that lists the models of the person's first connection to a provider. It never has the key. */
export async function listModels(latchkey, providerId) {
  const toolId = "acme/list-models";
  const { connections } = await ask(latchkey, "list-connections", { toolId, providerIds: [providerId] });
  if (connections.length === 0) return "There is no connection.";

  // The person is asked, unless they said always. Without a window nobody can be, and that is a denial too.
  const connectionId = connections[0].id;
  const reason = "To show which models there are.";
  const access = await ask(latchkey, "request-access", { toolId, connectionId, reason });
  if (!access.granted) return `No access: ${access.reason}.`;

  // Below the address of the connection, on a path that its provider declares. Latchkey adds the key.
  const request = { method: "GET", path: "/models" };
  const answer = await ask(latchkey, "fetch", { toolId, secretRef: access.secretRef, request });
  if (!answer.ok) return `No answer: ${answer.reason}.`;
  return `${answer.status} ${Buffer.from(answer.bodyBase64, "base64").toString("utf8")}`;
}
