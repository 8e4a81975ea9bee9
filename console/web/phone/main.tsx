/** The client of crews and inspectors, on their phones. */
import "../shared/style.css";
import "./phone.css";
import { start } from "../shared/start.tsx";
import { Phone } from "./phone.tsx";

start(Phone);

// Not where the address is no secure one: then the page is there with network alone.
void navigator.serviceWorker?.register("/phone/sw.js", { scope: "/phone/" }).catch(() => undefined);
