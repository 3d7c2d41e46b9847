// What scripts/hosts gives to every driver.
export const [COMMAND, ...ARGS] = JSON.parse(process.env.HOSTS_SERVER);
export const URL = process.env.HOSTS_URL;
export const MODEL = process.env.HOSTS_MODEL;
export const PROMPT = process.env.HOSTS_PROMPT;
export const CALLS = JSON.parse(process.env.HOSTS_CALLS);
export const ANSWER = JSON.parse(process.env.HOSTS_ANSWER);
export const KEY = "sk-nobody";
