import { consentQuery, extensionsQuery } from "./access.ts";
import { activityStatusQuery, takeNewActivity } from "./activity.ts";
import { bridge } from "./bridge.ts";
import { connectionsKey, providersQuery } from "./connections.ts";
import { desktopQuery, secretsQuery, storageQuery } from "./queries.ts";
import { queryClient } from "./query-client.ts";

/** Keeps the cache equal to what the main process reports. Called once, before the first screen. */
export function connectEvents(): void {
  bridge.secrets.onChanged(() => {
    void queryClient.invalidateQueries({ queryKey: secretsQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: storageQuery.queryKey });
    // A connection stands as its secrets do.
    void queryClient.invalidateQueries({ queryKey: connectionsKey });
  });
  bridge.connections.onChanged(() => void queryClient.invalidateQueries({ queryKey: connectionsKey }));
  bridge.providers.onChanged(() => {
    void queryClient.invalidateQueries({ queryKey: providersQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: connectionsKey });
  });
  bridge.consent.onChanged(() => void queryClient.invalidateQueries({ queryKey: consentQuery.queryKey }));
  bridge.extensions.onChanged(
    () => void queryClient.invalidateQueries({ queryKey: extensionsQuery.queryKey }),
  );
  bridge.audit.onAppended(() => takeNewActivity());
  bridge.audit.onStatusChanged((status) => queryClient.setQueryData(activityStatusQuery.queryKey, status));
  bridge.desktop.onStateChanged((state) => {
    const known = queryClient.getQueryData(desktopQuery.queryKey);
    queryClient.setQueryData(desktopQuery.queryKey, state);
    if (known && (known.secretBackend !== state.secretBackend || known.protection !== state.protection)) {
      void queryClient.invalidateQueries({ queryKey: ["secrets"] });
    }
  });
}
