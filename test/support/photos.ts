/** Photos that are sent to a platform, as a phone does it. */
import { jpeg } from "../../files/doubles/pictures.ts";
import type { Api } from "./platform.ts";

/** Answers its id. */
export async function sendPhoto(api: Api, seed: number, query = "moment=after"): Promise<string> {
  const bytes = await jpeg(seed);
  const answer = await api.put<{ fileId: string }>(`/api/v1/files?${query}`, bytes, "image/jpeg");
  if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  return answer.body.fileId;
}
