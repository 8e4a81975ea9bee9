/**
 * Who is it: CONNECT in, a member or a refusal out. A session belongs to user name and client id
 * together, so the user name is put before the client id before aedes looks for the session.
 * Nobody is anonymous; an empty client id is taken only with a clean session, and given one; a
 * will on a foreign topic is refused at once, since nobody could be told later.
 */
import { randomUUID } from "node:crypto";
import type { AuthenticateError, Client, ConnectPacket } from "aedes";
import type { Identity } from "../model/identity.ts";
import type { Log } from "../model/log.ts";
import { type BrokerClient, RETURN_CODES, type Refusal } from "./member.ts";
import { publishRight, type TopicLookUps, topicRightsOf } from "./topic-rights.ts";

export interface SignInDeps {
  log: Log;
  authenticate(username: string, password: string): Promise<Identity | undefined>;
  lookUps: TopicLookUps;
  refused(reason: Refusal): void;
  /** Before anything is looked up. */
  begins(username: string, client: BrokerClient): void;
}

export interface SignIn {
  preConnect(
    client: Client,
    packet: ConnectPacket,
    done: (error: Error | null, isTaken: boolean) => void,
  ): void;
  authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, isTaken: boolean | null) => void,
  ): void;
}

export function createSignIn(deps: SignInDeps, limits: { clientIdLengthMax: number }): SignIn {
  function refuse(
    client: BrokerClient,
    reason: Refusal,
    done: (error: AuthenticateError | null, isTaken: boolean | null) => void,
  ): void {
    // Its end must not touch what belongs to the session it asked for.
    Object.assign(client, { id: `/${randomUUID()}` });
    client.isEnding = true;
    deps.refused(reason);
    const error = new Error(`sign-in refused: ${reason}`);
    done(Object.assign(error, { returnCode: RETURN_CODES[reason] }) as AuthenticateError, null);
  }

  async function lookUp(
    client: BrokerClient,
    username: string,
    password: string,
  ): Promise<Refusal | undefined> {
    deps.begins(username, client);
    const identity = await deps.authenticate(username, password);
    // What was looked up may be from before its key was revoked.
    if (client.turnedAway !== undefined) return "unavailable";
    if (identity === undefined) return "wrong-key";
    const rights = topicRightsOf(identity);
    if (client.willTopic !== undefined) {
      client.willRight = publishRight(rights, client.willTopic, deps.lookUps);
      if (client.willRight === "foreign") return "will-topic";
    }
    client.member = { username, rights, granted: new Map() };
    return undefined;
  }

  return {
    preConnect(client: BrokerClient, packet, done) {
      const given = packet.clientId ?? "";
      if (given.length > limits.clientIdLengthMax || (given === "" && packet.clean !== true)) {
        client.refusal = "client-id";
      }
      const clientId = given === "" ? `auto-${randomUUID()}` : given;
      packet.clientId = `${packet.username ?? ""}/${clientId}`;
      if (packet.will !== undefined) client.willTopic = packet.will.topic;
      done(null, true);
    },

    authenticate(client: BrokerClient, username, password, done) {
      if (client.refusal !== undefined) refuse(client, client.refusal, done);
      else if (!username || password === undefined) refuse(client, "anonymous", done);
      else
        lookUp(client, username, password.toString()).then(
          (refusal) => {
            if (refusal === undefined) done(null, true);
            else refuse(client, refusal, done);
          },
          (error: unknown) => {
            deps.log.error("a sign-in could not be looked up", { username, error: String(error) });
            refuse(client, "unavailable", done);
          },
        );
    },
  };
}
