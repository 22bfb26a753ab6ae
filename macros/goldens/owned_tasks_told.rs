::outlive::__private::attributes! {}
impl Server {
    const LIMIT: u8 = 5;
    /// Writes.
    #[detached(__owned{[Server]__OWNER_OF_write true false}timeout = "5s")]
    #[instrument]
    pub async fn write(&self, mut event: Event) -> Outcome {
        body
    }
    #[outlive::periodic(
        __owned{[Server]__OWNER_OF_write
        true
        false}every = "30s",
        timeout = "10s"
    )]
    async fn refresh(&self) {
        body
    }
    #[worker(__owned{[Server]__OWNER_OF_write true false})]
    async fn consume(&self) {
        body
    }
    fn other(&self) -> u8 {
        Self::LIMIT
    }
    #[doc(hidden)]
    const __OWNER_OF_write: ::outlive::__private::Ownership<Self> = ::outlive::__private::lending::<
        Self,
    >();
}
