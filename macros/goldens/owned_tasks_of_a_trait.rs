impl Job for Server {
    #[inline]
    #[detached(__owned{[Server]__OWNER_OF_run true true}timeout = "5s")]
    async fn run(&self) {
        body
    }
}
type __OWNER_OF_run = [(); __OUTLIVE_ERRORS];
// error: `#[owned_tasks]` stands on an inherent `impl`, and this one is of `Job`: move the tasks to an `impl Server` with `#[owned_tasks]`, and let the trait's methods call them
