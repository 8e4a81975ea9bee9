/** Device-repair tasks: list, done by hand. */
import { actorOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { TaskAnswer, TaskDoneBody, TaskPage, TaskParams, TaskQuery } from "../schemas/tasks.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage, showTask } from "../show.ts";

export function addTaskRoutes(server: Server, { deps: { tasks, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/tasks",
    config: { action: "tasks.read" },
    schema: {
      tags: ["tasks"],
      summary: "List device-repair tasks, newest first: work on sensors, never city cases",
      querystring: TaskQuery,
      response: { 200: TaskPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await tasks.list(request.query), (task) => showTask(task, zone)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/tasks/:taskId/done",
    config: { action: "tasks.done" },
    schema: {
      tags: ["tasks"],
      summary: "The sensor has been seen to",
      params: TaskParams,
      body: TaskDoneBody,
      response: { 200: TaskAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const said = { taskId: request.params.taskId, note: request.body?.note };
      return showTask(await tasks.done(said, actorOf(request)), zone);
    },
  });
}
