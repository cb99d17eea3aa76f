//! The tables of `migrations/`, as Diesel sees them. A test compares them with the database.

diesel::table! {
    catalogue_origin (only_row) {
        only_row -> Bool,
        origin -> SmallInt,
        since -> Timestamptz,
    }
}

diesel::table! {
    mtg_sets (id) {
        id -> Integer,
        scryfall_id -> Nullable<Uuid>,
        code -> Text,
        name -> Text,
        set_type -> Text,
        released_at -> Nullable<Date>,
        card_count -> Integer,
        printed_size -> Nullable<Integer>,
        digital -> Bool,
        foil_only -> Bool,
        nonfoil_only -> Bool,
        parent_code -> Nullable<Text>,
        block -> Nullable<Text>,
        block_code -> Nullable<Text>,
        mtgo_code -> Nullable<Text>,
        arena_code -> Nullable<Text>,
        tcgplayer_group_id -> Nullable<Integer>,
        icon_uri -> Nullable<Text>,
        printing_count -> Integer,
        observed_at -> Timestamptz,
    }
}

diesel::table! {
    formats (bit) {
        bit -> SmallInt,
        name -> Text,
    }
}

diesel::table! {
    cards (id) {
        id -> Integer,
        oracle_id -> Uuid,
        name -> Text,
        name_folded -> Text,
        layout -> Text,
        mana_cost -> Nullable<Text>,
        mana_value -> Float,
        type_line -> Text,
        oracle_text -> Nullable<Text>,
        oracle_plain -> Text,
        power -> Nullable<Text>,
        toughness -> Nullable<Text>,
        loyalty -> Nullable<Text>,
        defense -> Nullable<Text>,
        power_value -> Nullable<Float>,
        toughness_value -> Nullable<Float>,
        loyalty_value -> Nullable<Float>,
        defense_value -> Nullable<Float>,
        colors -> SmallInt,
        color_identity -> SmallInt,
        keywords -> Array<Text>,
        reserved -> Bool,
        game_changer -> Bool,
        edhrec_rank -> Nullable<Integer>,
        legal -> BigInt,
        restricted -> BigInt,
        banned -> BigInt,
        known_formats -> BigInt,
        faces -> Jsonb,
        default_printing_id -> Nullable<Integer>,
        printing_count -> Integer,
        content_hash -> BigInt,
        observed_at -> Timestamptz,
    }
}

diesel::table! {
    printings (id) {
        id -> Integer,
        scryfall_id -> Uuid,
        card_id -> Integer,
        set_id -> Integer,
        collector_number -> Text,
        number_value -> Nullable<Integer>,
        lang -> Text,
        rarity -> SmallInt,
        released_at -> Nullable<Date>,
        finishes -> SmallInt,
        games -> SmallInt,
        digital -> Bool,
        promo -> Bool,
        reprint -> Bool,
        variation -> Bool,
        full_art -> Bool,
        textless -> Bool,
        oversized -> Bool,
        booster -> Bool,
        border_color -> Text,
        frame -> Text,
        frame_effects -> Array<Text>,
        promo_types -> Array<Text>,
        security_stamp -> Nullable<Text>,
        watermark -> Nullable<Text>,
        artist -> Nullable<Text>,
        illustration_id -> Nullable<Uuid>,
        flavor_name -> Nullable<Text>,
        flavor_text -> Nullable<Text>,
        printed_name -> Nullable<Text>,
        image_sides -> SmallInt,
        image_stamp -> Nullable<BigInt>,
        tcgplayer_id -> Nullable<Integer>,
        tcgplayer_etched_id -> Nullable<Integer>,
        cardmarket_id -> Nullable<Integer>,
        mtgo_id -> Nullable<Integer>,
        arena_id -> Nullable<Integer>,
        content_hash -> BigInt,
        observed_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
        merged_into -> Nullable<Integer>,
    }
}

diesel::table! {
    legality_changes (id) {
        id -> BigInt,
        card_id -> Integer,
        format -> SmallInt,
        before -> SmallInt,
        after -> SmallInt,
        observed_at -> Timestamptz,
    }
}

diesel::table! {
    rulings (id) {
        id -> Integer,
        card_id -> Integer,
        source -> SmallInt,
        published_on -> Date,
        comment -> Text,
    }
}

diesel::table! {
    bulk_files (kind) {
        kind -> Text,
        made_at -> Timestamptz,
        loaded_at -> Timestamptz,
    }
}

diesel::table! {
    product_links (feed, product) {
        feed -> SmallInt,
        product -> Text,
        printing_id -> Integer,
        finish -> Nullable<SmallInt>,
    }
}

diesel::table! {
    price_series (id) {
        id -> Integer,
        printing_id -> Integer,
        source -> SmallInt,
        feed -> SmallInt,
        kind -> SmallInt,
        finish -> SmallInt,
        condition -> SmallInt,
        currency -> SmallInt,
        headline -> Bool,
        amount -> Nullable<BigInt>,
        previous -> Nullable<BigInt>,
        quantity -> Nullable<Integer>,
        changed_at -> Timestamptz,
        ingested_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    price_slices (id) {
        id -> Integer,
        source -> SmallInt,
        feed -> SmallInt,
        observed_at -> Timestamptz,
        ingested_at -> Timestamptz,
        offered -> Integer,
        matched -> Integer,
        changed -> Integer,
        complete -> Bool,
        quarantined -> Nullable<Text>,
    }
}

diesel::table! {
    reference_prices (printing_id) {
        printing_id -> Integer,
        usd -> Nullable<BigInt>,
        usd_foil -> Nullable<BigInt>,
        usd_etched -> Nullable<BigInt>,
        eur -> Nullable<BigInt>,
        eur_foil -> Nullable<BigInt>,
        tix -> Nullable<BigInt>,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    data_loads (id) {
        id -> Integer,
        name -> Text,
        state -> SmallInt,
        done -> BigInt,
        total -> Nullable<BigInt>,
        unit -> Text,
        message -> Nullable<Text>,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        fingerprint -> Nullable<Uuid>,
    }
}

diesel::table! {
    rate_tiers (tier) {
        tier -> Text,
        burst -> Integer,
        per_second -> Integer,
        sockets -> Integer,
    }
}

diesel::table! {
    users (id) {
        id -> Integer,
        email -> Nullable<Text>,
        name -> Text,
        password_hash -> Nullable<Text>,
        password_expired -> Bool,
        roles -> SmallInt,
        tier -> SmallInt,
        status -> SmallInt,
        access_version -> Integer,
        access_changed_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Integer,
        user_id -> Integer,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        authenticated_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<SmallInt>,
        agent -> Text,
        address -> Text,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Bytea,
        session_id -> Integer,
        counter -> Integer,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    one_time_tokens (hash) {
        hash -> Bytea,
        kind -> SmallInt,
        user_id -> Nullable<Integer>,
        email -> Text,
        name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    identities (id) {
        id -> Integer,
        user_id -> Integer,
        provider -> SmallInt,
        subject -> Text,
        email -> Nullable<Text>,
        name -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    oauth_flows (state_hash) {
        state_hash -> Bytea,
        provider -> SmallInt,
        browser_hash -> Bytea,
        nonce -> Text,
        verifier -> Text,
        next -> Text,
        session_id -> Nullable<Integer>,
        expires_at -> Timestamptz,
        purpose -> SmallInt,
    }
}

diesel::table! {
    known_devices (hash, user_id) {
        hash -> Bytea,
        user_id -> Integer,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Integer,
        user_id -> Integer,
        name -> Text,
        prefix -> Text,
        hash -> Bytea,
        scopes -> SmallInt,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    throttles (guard) {
        guard -> Text,
        failures -> Integer,
        since -> Timestamptz,
        until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        public_key -> Bytea,
        sealed_key -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    account_exports (user_id) {
        user_id -> Integer,
        requested_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        content -> Nullable<Text>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        at -> Timestamptz,
        event -> SmallInt,
        user_id -> Nullable<Integer>,
        actor_id -> Nullable<Integer>,
        session_id -> Nullable<Integer>,
        api_key_id -> Nullable<Integer>,
        detail_hash -> Bytea,
    }
}

diesel::table! {
    audit_details (event_id) {
        event_id -> BigInt,
        user_id -> Nullable<Integer>,
        salt -> Bytea,
        network -> Nullable<Text>,
        request_id -> Nullable<Text>,
        detail -> Jsonb,
    }
}

diesel::table! {
    audit_chain (position) {
        position -> BigInt,
        day -> Date,
        event_id -> BigInt,
        hash -> Bytea,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        user_id -> Nullable<Integer>,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        created_at -> Timestamptz,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamptz>,
        sent_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
        unsubscribe -> Nullable<Text>,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Jsonb,
        unique_key -> Nullable<Text>,
        lane -> Text,
        priority -> SmallInt,
        state -> SmallInt,
        run_at -> Timestamptz,
        attempts -> Integer,
        max_attempts -> Integer,
        fence -> BigInt,
        worker -> Nullable<Text>,
        lease_until -> Nullable<Timestamptz>,
        heartbeat_at -> Nullable<Timestamptz>,
        cancel_requested -> Bool,
        done -> BigInt,
        total -> Nullable<BigInt>,
        rows -> Nullable<BigInt>,
        note -> Nullable<Text>,
        errors -> Jsonb,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        traceparent -> Nullable<Text>,
    }
}

diesel::table! {
    source_states (service) {
        service -> SmallInt,
        validators -> Jsonb,
        failures -> Integer,
        answers -> Integer,
        open_until -> Nullable<Timestamptz>,
        visited_at -> Timestamptz,
        succeeded_at -> Nullable<Timestamptz>,
        failed_at -> Nullable<Timestamptz>,
        fault -> Nullable<Text>,
        error -> Nullable<Text>,
        degraded -> Nullable<Text>,
        observed_at -> Nullable<Timestamptz>,
        rows -> BigInt,
        matched -> BigInt,
        unmatched -> BigInt,
        changed -> BigInt,
    }
}

diesel::table! {
    job_lanes (lane) {
        lane -> Text,
        next_at -> Timestamptz,
    }
}

diesel::table! {
    job_kinds (kind) {
        kind -> Text,
        lane -> Text,
        priority -> SmallInt,
        max_attempts -> Integer,
        capacity -> BigInt,
        rows_expected -> BigInt,
        fresh_seconds -> Nullable<BigInt>,
    }
}

diesel::table! {
    schedules (name) {
        name -> Text,
        cron -> Text,
        description -> Text,
        enabled -> Bool,
        ticked_until -> Timestamptz,
        last_job_id -> Nullable<BigInt>,
        good_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    schedule_ticks (name, scheduled_at) {
        name -> Text,
        scheduled_at -> Timestamptz,
        fired_at -> Timestamptz,
        fence -> BigInt,
        job_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    scheduler_terms (only_row) {
        only_row -> Bool,
        fence -> BigInt,
    }
}

diesel::table! {
    price_turns (service, printing_id) {
        service -> SmallInt,
        printing_id -> Integer,
        asked_at -> Timestamptz,
    }
}

diesel::table! {
    unmatched_products (feed, product) {
        feed -> SmallInt,
        product -> Text,
        name -> Text,
        reason -> SmallInt,
        amount -> Nullable<BigInt>,
        first_seen_at -> Timestamptz,
    }
}

diesel::table! {
    embedding_models (id) {
        id -> Integer,
        name -> Text,
        dim -> SmallInt,
        learned_from -> Integer,
        learned -> Nullable<Bytea>,
        tokens -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    card_embeddings (model_id, card_id) {
        model_id -> Integer,
        card_id -> Integer,
        text_hash -> BigInt,
        vector -> Bytea,
    }
}

diesel::table! {
    similarity_state (only_row) {
        only_row -> Bool,
        model_id -> Integer,
        version -> BigInt,
        cards -> Integer,
        refreshed_at -> Timestamptz,
    }
}

diesel::joinable!(similarity_state -> embedding_models (model_id));
diesel::allow_tables_to_appear_in_same_query!(similarity_state, embedding_models);
diesel::table! {
    news_feeds (id) {
        id -> Integer,
        name -> Text,
        url -> Text,
        enabled -> Bool,
        validators -> Jsonb,
        failures -> Integer,
        answers -> Integer,
        open_until -> Nullable<Timestamptz>,
        visited_at -> Nullable<Timestamptz>,
        succeeded_at -> Nullable<Timestamptz>,
        fault -> Nullable<Text>,
        error -> Nullable<Text>,
        articles -> Integer,
    }
}

diesel::table! {
    news_articles (id) {
        id -> Integer,
        publisher -> Text,
        guid -> Text,
        url -> Text,
        title -> Text,
        summary -> Text,
        authors -> Array<Text>,
        image_url -> Nullable<Text>,
        language -> Nullable<Text>,
        published_at -> Timestamptz,
        found_at -> Timestamptz,
    }
}

diesel::table! {
    card_news_mentions (article_id, card_id) {
        card_id -> Integer,
        article_id -> Integer,
        published_at -> Timestamptz,
    }
}

diesel::table! {
    tournaments (id) {
        id -> Integer,
        source_id -> Text,
        name -> Text,
        format -> Text,
        players -> Integer,
        top_cut -> Nullable<Integer>,
        started_at -> Timestamptz,
        decks -> Integer,
        content_hash -> BigInt,
        observed_at -> Timestamptz,
    }
}

diesel::table! {
    tournament_standings (tournament_id, place) {
        tournament_id -> Integer,
        place -> Integer,
        wins -> Integer,
        draws -> Integer,
        losses -> Integer,
    }
}

diesel::table! {
    decklists (id) {
        id -> Integer,
        tournament_id -> Integer,
        place -> Integer,
        url -> Nullable<Text>,
        copies -> Integer,
        unmatched -> Integer,
    }
}

diesel::table! {
    decklist_cards (decklist_id, part, name) {
        decklist_id -> Integer,
        part -> SmallInt,
        name -> Text,
        card_id -> Nullable<Integer>,
        copies -> Integer,
    }
}

diesel::table! {
    edhrec_commanders (card_id) {
        card_id -> Integer,
        visited_at -> Timestamptz,
        has_page -> Bool,
        salt -> Nullable<Float>,
    }
}

diesel::table! {
    edhrec_plays (commander_id, card_id) {
        commander_id -> Integer,
        card_id -> Integer,
        list -> Text,
        decks -> Integer,
        possible -> Integer,
        synergy -> Nullable<Float>,
    }
}

diesel::table! {
    fx_days (day) {
        day -> Date,
        source -> SmallInt,
        stored_at -> Timestamptz,
    }
}

diesel::table! {
    fx_rates (currency, day) {
        currency -> Text,
        day -> Date,
        micros -> BigInt,
    }
}

diesel::table! {
    fx_quarantine (currency, day) {
        currency -> Text,
        day -> Date,
        micros -> BigInt,
        before_micros -> BigInt,
        seen_at -> Timestamptz,
    }
}

diesel::joinable!(card_news_mentions -> news_articles (article_id));
diesel::allow_tables_to_appear_in_same_query!(news_articles, card_news_mentions);
diesel::joinable!(printings -> mtg_sets (set_id));
diesel::joinable!(legality_changes -> formats (format));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(identities -> users (user_id));
diesel::joinable!(schedules -> jobs (last_job_id));
diesel::joinable!(known_devices -> users (user_id));
diesel::joinable!(audit_details -> audit_log (event_id));
diesel::joinable!(alert_states -> alerts (alert_id));
diesel::allow_tables_to_appear_in_same_query!(printings, mtg_sets);
diesel::allow_tables_to_appear_in_same_query!(printings, price_series);
diesel::allow_tables_to_appear_in_same_query!(legality_changes, formats);
diesel::allow_tables_to_appear_in_same_query!(sessions, users);
diesel::allow_tables_to_appear_in_same_query!(inventory_items, inventory_movements);
diesel::allow_tables_to_appear_in_same_query!(refresh_tokens, sessions);
diesel::allow_tables_to_appear_in_same_query!(api_keys, users);
diesel::allow_tables_to_appear_in_same_query!(identities, users);
diesel::allow_tables_to_appear_in_same_query!(schedules, jobs, job_kinds);
diesel::allow_tables_to_appear_in_same_query!(known_devices, users);
diesel::allow_tables_to_appear_in_same_query!(audit_details, audit_log);
diesel::allow_tables_to_appear_in_same_query!(alerts, alert_states);
diesel::table! {
    inventories (user_id) {
        user_id -> Integer,
        version -> BigInt,
        lots -> Integer,
        copies -> BigInt,
    }
}

diesel::table! {
    binders (id) {
        id -> Integer,
        user_id -> Integer,
        name -> Text,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    inventory_items (id) {
        id -> Integer,
        user_id -> Integer,
        identity -> Uuid,
        printing_id -> Integer,
        finish -> SmallInt,
        grade -> SmallInt,
        language -> SmallInt,
        binder_id -> Nullable<Integer>,
        cost -> Nullable<BigInt>,
        cost_currency -> Nullable<Text>,
        acquired_on -> Nullable<Date>,
        condition_text -> Nullable<Text>,
        grader -> Nullable<Text>,
        grader_grade -> Nullable<Text>,
        certificate -> Nullable<Text>,
        signed -> Bool,
        altered -> Bool,
        misprint -> Bool,
        for_trade -> Bool,
        notes -> Nullable<Text>,
        tags -> Array<Text>,
        quantity -> Integer,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
        hidden -> Bool,
        held_since -> Date,
    }
}

diesel::table! {
    inventory_changes (id) {
        id -> Integer,
        user_id -> Integer,
        kind -> SmallInt,
        at -> Timestamptz,
        lots -> Integer,
        copies -> BigInt,
        undoes -> Nullable<Integer>,
    }
}

diesel::table! {
    inventory_movements (id) {
        id -> BigInt,
        change_id -> Integer,
        item_id -> Integer,
        user_id -> Integer,
        copies -> Integer,
        price -> Nullable<BigInt>,
        price_currency -> Nullable<Text>,
        sold_on -> Nullable<Date>,
    }
}

diesel::table! {
    inventory_imports (id) {
        id -> Integer,
        user_id -> Integer,
        file_name -> Text,
        state -> SmallInt,
        ticket -> Nullable<Bytea>,
        digest -> Nullable<Uuid>,
        bytes -> BigInt,
        detected -> Nullable<Jsonb>,
        mapping -> Nullable<Jsonb>,
        rows -> Integer,
        exact -> Integer,
        approximate -> Integer,
        unmatched -> Integer,
        refused -> Integer,
        skipped -> Integer,
        copies -> BigInt,
        before -> BigInt,
        take_approximate -> Bool,
        take_again -> Bool,
        change_id -> Nullable<Integer>,
        problem -> Nullable<Text>,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    inventory_import_files (import_id) {
        import_id -> Integer,
        content -> Bytea,
    }
}

diesel::table! {
    inventory_import_rows (import_id, n) {
        import_id -> Integer,
        n -> Integer,
        line -> Integer,
        status -> SmallInt,
        lot -> Nullable<Jsonb>,
        printing_id -> Nullable<Integer>,
        finish -> Nullable<SmallInt>,
        matched_by -> Nullable<SmallInt>,
        causes -> Jsonb,
        copies -> Integer,
        before -> Integer,
        entered -> Integer,
        digest -> Nullable<Uuid>,
    }
}

diesel::table! {
    notifications (id) {
        id -> Integer,
        user_id -> Integer,
        kind -> SmallInt,
        group_key -> Nullable<Text>,
        dedupe_key -> Text,
        title -> Text,
        body -> Text,
        link -> Nullable<Text>,
        card_id -> Nullable<Integer>,
        printing_id -> Nullable<Integer>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notification_preferences (user_id) {
        user_id -> Integer,
        email -> SmallInt,
        time_zone -> Text,
        quiet_from -> Nullable<SmallInt>,
        quiet_until -> Nullable<SmallInt>,
        digest -> SmallInt,
        digest_hour -> SmallInt,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        user_id -> Integer,
        notification_id -> Integer,
        channel -> SmallInt,
        state -> SmallInt,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamptz>,
        mail_id -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    want_lists (id) {
        id -> Integer,
        user_id -> Integer,
        name -> Text,
        is_default -> Bool,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    wants (id) {
        id -> Integer,
        user_id -> Integer,
        list_id -> Integer,
        card_id -> Integer,
        printing_id -> Nullable<Integer>,
        sets -> Nullable<Array<Integer>>,
        finish -> Nullable<SmallInt>,
        grade -> Nullable<SmallInt>,
        languages -> Nullable<Array<SmallInt>>,
        quantity -> Integer,
        target -> Nullable<BigInt>,
        target_currency -> Nullable<Text>,
        target_source -> Nullable<SmallInt>,
        tells -> Bool,
        priority -> SmallInt,
        note -> Nullable<Text>,
        added_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    portfolio_charts (user_id, currency, source) {
        user_id -> Integer,
        currency -> SmallInt,
        source -> SmallInt,
        asked_at -> Timestamptz,
        version -> Nullable<BigInt>,
    }
}

diesel::table! {
    portfolio_snapshots (user_id, currency, source, day) {
        user_id -> Integer,
        currency -> SmallInt,
        source -> SmallInt,
        day -> Date,
        value -> BigInt,
        cost -> BigInt,
        unrealised -> BigInt,
        realised -> BigInt,
        flows -> BigInt,
        moved -> BigInt,
        lots -> Integer,
        copies -> BigInt,
        unpriced -> BigInt,
    }
}

diesel::table! {
    portfolio_market_days (source, currency, day) {
        source -> SmallInt,
        currency -> SmallInt,
        day -> Date,
        before -> BigInt,
        after -> BigInt,
    }
}

diesel::table! {
    alerts (id) {
        id -> Integer,
        user_id -> Integer,
        want_id -> Nullable<Integer>,
        name -> Nullable<Text>,
        printing_id -> Nullable<Integer>,
        card_id -> Nullable<Integer>,
        set_id -> Nullable<Integer>,
        finish -> Nullable<SmallInt>,
        source -> Nullable<SmallInt>,
        book -> SmallInt,
        condition -> Nullable<SmallInt>,
        currency -> SmallInt,
        rule -> SmallInt,
        amount -> Nullable<BigInt>,
        percent -> Nullable<Integer>,
        direction -> Nullable<SmallInt>,
        window_days -> Nullable<Integer>,
        anchor -> Nullable<BigInt>,
        persistence_minutes -> Integer,
        band -> Integer,
        daily_limit -> Integer,
        announce_met -> Bool,
        paused -> Bool,
        snoozed_until -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
        portfolio -> Bool,
    }
}

diesel::table! {
    alert_states (alert_id) {
        alert_id -> Integer,
        version -> Integer,
        phase -> SmallInt,
        side -> Nullable<SmallInt>,
        held -> Nullable<SmallInt>,
        suspect -> Bool,
        crossing -> Integer,
        since -> Nullable<Timestamptz>,
        last -> Nullable<BigInt>,
        before -> Nullable<BigInt>,
        evaluated_at -> Nullable<Timestamptz>,
        due_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    saved_searches (id) {
        id -> Integer,
        user_id -> Integer,
        name -> Text,
        query -> Text,
        prints -> Bool,
        tells -> Bool,
        matching -> Nullable<Integer>,
        counted_at -> Nullable<Timestamptz>,
        told_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    shares (id) {
        id -> Integer,
        user_id -> Integer,
        binder_id -> Nullable<Integer>,
        want_list_id -> Nullable<Integer>,
        token -> Text,
        shows_prices -> Bool,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    saved_search_matches (search_id, found) {
        search_id -> Integer,
        found -> Integer,
        printing_id -> Integer,
        since -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
        told -> Bool,
    }
}

diesel::table! {
    alert_touched (id) {
        id -> BigInt,
        alert_id -> Integer,
    }
}

diesel::table! {
    alert_events (id) {
        id -> Integer,
        alert_id -> Integer,
        user_id -> Integer,
        crossing -> Integer,
        at -> Timestamptz,
        state -> SmallInt,
        why -> Nullable<SmallInt>,
        side -> SmallInt,
        before -> Nullable<BigInt>,
        after -> Nullable<BigInt>,
        threshold -> Nullable<BigInt>,
        anchor -> Nullable<BigInt>,
        since -> Timestamptz,
        printing_id -> Nullable<Integer>,
        finish -> Nullable<SmallInt>,
        source -> Nullable<SmallInt>,
        notified_at -> Nullable<Timestamptz>,
    }
}
