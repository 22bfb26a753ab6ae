impl Job for Server {
    #[inline]
    async fn run(&self) {
        body
    }
}
const _: () = {
    #[detached(__unused)]
    fn __used() {}
};
// error: `#[owned_tasks]` stands on an inherent `impl`, and this one is of `Job`: move the tasks to an `impl Server` with `#[owned_tasks]`, and let the trait's methods call them
