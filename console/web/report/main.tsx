/** The citizens' page: nobody signs in, and nothing of a session is asked for. */
import "../shared/style.css";
import "./report.css";
import { render } from "preact";
import { startClock } from "../shared/clock.ts";
import { restoreLanguage } from "../shared/language.ts";
import { restoreDraft } from "./draft.ts";
import { restoreMine } from "./mine.ts";
import { ReportPage } from "./report-page.tsx";
import { startSender } from "./sending/sender.ts";

restoreLanguage();
startClock();
await Promise.all([restoreDraft(), restoreMine(), startSender()]);
render(<ReportPage />, document.body);
