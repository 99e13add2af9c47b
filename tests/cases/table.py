"""Every case a trustworthy watch survives, and the tests that show it.

A row without tests says why: `by_hand` for what no automatic run can make, with the way to try it,
and `waiting` for what the product does not do yet. `severity` is what failing would mean: critical
(loss, leak, overwriting), high (stuck or wrong), medium (waste, manners).

`SYNC_CASES=all` also runs the large ones, which take minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Row:
    """Where one case is shown."""

    severity: Literal["critical", "high", "medium"]
    tests: tuple[str, ...] = ()
    """`folder/file.py::function`, below `tests`."""
    by_hand: str = ""
    waiting: str = ""


CASES: Final[dict[str, Row]] = {
    "T001": Row(
        "high",
        (
            "cases/test_saves.py::test_one_save_is_one_request_and_one_commit",
            "cases/test_scale.py::test_a_save_among_a_thousand_files_is_one_small_request",
        ),
    ),
    "T002": Row(
        "high",
        ("cases/test_saves.py::test_two_saves_in_the_quiet_window_are_one_commit",),
    ),
    "T003": Row(
        "critical",
        ("cases/test_saves.py::test_two_saves_of_one_size_in_one_second_both_arrive",),
    ),
    "T004": Row(
        "high",
        (
            "cases/test_saves.py::test_an_edit_that_hides_its_time_and_size_is_found",
            "cases/test_saves.py::test_a_replaced_file_with_the_old_time_and_size_is_found",
        ),
    ),
    "T006": Row(
        "medium",
        ("cases/test_saves.py::test_a_change_of_mode_is_no_commit",),
    ),
    "T007": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_folders_made_and_filled_at_once_arrive_whole",),
    ),
    "T009": Row(
        "high",
        ("cases/test_watcher_loss.py::test_a_tree_moved_in_arrives_whole",),
    ),
    "T010": Row(
        "high",
        (
            "cases/test_watcher_loss.py::test_a_tree_moved_out_is_deleted_and_not_listened_to_any_more",
        ),
    ),
    "T011": Row(
        "high",
        (
            "cases/test_odd_files.py::test_a_folder_moved_over_another_is_seen",
            "cases/test_watcher_loss.py::test_a_folder_that_is_renamed_is_one_commit",
        ),
    ),
    "T013": Row(
        "high",
        (
            "cases/test_watcher_loss.py::test_a_file_becomes_a_folder_in_one_commit",
            "cases/test_watcher_loss.py::test_a_folder_becomes_a_file_in_one_commit",
            "cases/test_others.py::test_a_file_never_replaces_a_folder_of_others",
            "cases/test_others.py::test_a_folder_never_replaces_a_file_of_others",
            "cases/test_others.py::test_a_first_plan_never_replaces_a_folder_of_others",
        ),
    ),
    "T016": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_a_queue_that_overflows_loses_nothing",),
    ),
    "T017": Row(
        "high",
        ("cases/test_watcher_loss.py::test_a_limit_on_watches_at_the_start_means_scanning",),
    ),
    "T018": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_a_limit_on_watches_met_while_running_loses_nothing",),
    ),
    "T021": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_a_name_that_is_not_text_harms_nobody_else",),
    ),
    "T022": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_a_deleted_folder_halts_and_its_return_resumes",),
    ),
    "T024": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_an_unmounted_folder_halts_and_the_mount_resumes",),
    ),
    "T025": Row(
        "high",
        ("cases/test_watcher_loss.py::test_a_folder_whose_parent_is_renamed_halts",),
    ),
    "T026": Row(
        "high",
        ("cases/test_watcher_loss.py::test_a_project_below_a_name_that_is_skipped_is_watched",),
    ),
    "T027": Row(
        "medium",
        ("cases/test_watcher_loss.py::test_a_huge_ignored_tree_costs_nothing",),
    ),
    "T028": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_events_that_end_are_noticed_and_had_again",),
    ),
    "T029": Row(
        "critical",
        ("cases/test_watcher_loss.py::test_events_that_never_come_only_cost_time",),
    ),
    "T030": Row(
        "critical",
        ("cases/test_saves.py::test_a_file_written_in_steps_is_sent_whole",),
    ),
    "T031": Row(
        "high",
        ("sync/test_noise.py::test_a_file_that_grows_for_ever",),
    ),
    "T032": Row(
        "high",
        ("sync/test_noise.py::test_a_file_that_flaps",),
    ),
    "T034": Row(
        "critical",
        ("cases/test_saves.py::test_a_save_during_an_upload_goes_next_and_in_sync_waits_for_it",),
    ),
    "T035": Row(
        "critical",
        ("cases/test_odd_files.py::test_bytes_sent_are_the_bytes_that_were_journaled",),
    ),
    "T037": Row(
        "medium",
        ("cases/test_saves.py::test_created_and_deleted_inside_the_window_is_nothing",),
    ),
    "T038": Row(
        "medium",
        ("cases/test_saves.py::test_deleted_and_written_again_is_nothing",),
    ),
    "T040": Row(
        "critical",
        ("cases/test_odd_files.py::test_what_cannot_be_read_is_frozen",),
    ),
    "T042": Row(
        "medium",
        ("cases/test_odd_files.py::test_what_cannot_be_read_is_frozen",),
    ),
    "T043": Row(
        "high",
        (
            "cases/test_odd_files.py::test_a_save_by_vim_is_one_file_in_one_commit",
            "cases/test_odd_files.py::test_scratch_files_of_editors_are_no_news",
        ),
    ),
    "T046": Row(
        "medium",
        ("cases/test_odd_files.py::test_a_save_by_emacs_is_one_file_in_one_commit",),
    ),
    "T047": Row(
        "medium",
        ("cases/test_saves.py::test_format_on_save_becomes_one_commit_once_it_was_seen",),
    ),
    "T050": Row(
        "medium",
        ("cases/test_odd_files.py::test_names_that_look_like_options_are_names",),
    ),
    "T052": Row(
        "medium",
        ("cases/test_odd_files.py::test_names_windows_cannot_have_get_one_answer",),
    ),
    "T053": Row(
        "medium",
        ("cases/test_odd_files.py::test_names_as_long_as_can_be_do_not_stop_the_rest",),
    ),
    "T054": Row(
        "high",
        ("cases/test_odd_files.py::test_one_name_in_two_forms_is_never_two_silent_copies",),
    ),
    "T055": Row(
        "medium",
        ("cases/test_odd_files.py::test_two_names_that_look_the_same_stay_here",),
    ),
    "T057": Row(
        "high",
        ("cases/test_saves.py::test_the_empty_file_is_sent_as_a_regular_one",),
    ),
    "T058": Row(
        "critical",
        ("cases/test_odd_files.py::test_a_huge_file_is_told_of_and_not_read",),
    ),
    "T059": Row(
        "high",
        ("sync/test_large.py::test_a_large_text_is_never_in_a_body",),
    ),
    "T061": Row(
        "high",
        ("cases/test_saves.py::test_text_that_becomes_binary_is_asked_for_again",),
    ),
    "T063": Row(
        "medium",
        ("cases/test_odd_files.py::test_links_inside_are_not_followed_and_their_targets_sync",),
    ),
    "T064": Row(
        "critical",
        (
            "cases/test_odd_files.py::test_links_to_outside_are_never_read",
            "cases/test_odd_files.py::test_a_file_that_becomes_a_link_is_not_followed",
        ),
    ),
    "T065": Row(
        "high",
        ("cases/test_odd_files.py::test_links_in_circles_end",),
    ),
    "T067": Row(
        "high",
        ("cases/test_odd_files.py::test_a_link_as_the_folder_works_until_it_points_elsewhere",),
    ),
    "T068": Row(
        "critical",
        (
            "cases/test_odd_files.py::test_pipes_and_sockets_are_not_opened",
            "cases/test_odd_files.py::test_a_file_that_becomes_a_pipe_is_not_opened",
        ),
    ),
    "T069": Row(
        "medium",
        ("cases/test_saves.py::test_both_names_of_one_file_follow_an_edit",),
    ),
    "T070": Row(
        "medium",
        ("cases/test_saves.py::test_an_empty_folder_is_nothing",),
    ),
    "T071": Row(
        "critical",
        ("cases/test_odd_files.py::test_a_repository_inside_keeps_its_git_folder",),
    ),
    "T072": Row(
        "critical",
        ("cases/test_secrets.py::test_a_file_of_passwords_is_named_and_stays",),
    ),
    "T073": Row(
        "critical",
        ("cases/test_secrets.py::test_keys_and_stores_of_credentials_are_each_named_and_stay",),
    ),
    "T074": Row(
        "critical",
        (
            "cases/test_secrets.py::test_what_looks_like_a_token_is_held_by_its_line_and_never_shown",
            "cases/test_secrets.py::test_the_token_in_use_is_held_even_where_secrets_are_allowed",
            "cases/test_secrets.py::test_a_file_is_sent_once_the_secret_is_out_of_it",
        ),
    ),
    "T075": Row(
        "critical",
        (
            "cases/test_secrets.py::test_a_question_about_a_file_does_not_give_its_secret_away",
            "cases/test_secrets.py::test_a_secret_beside_others_does_not_hide_in_the_body",
        ),
    ),
    "T076": Row(
        "critical",
        (
            "cases/test_secrets.py::test_work_in_a_repository_is_no_news",
            "cases/test_secrets.py::test_folders_of_other_version_control_are_no_news",
        ),
    ),
    "T077": Row(
        "high",
        ("cases/test_ignore.py::test_nested_and_negated_rules_choose_what_git_chooses",),
    ),
    "T078": Row(
        "critical",
        (
            "cases/test_ignore.py::test_a_rule_added_while_watching_holds_at_once_and_deletes_nothing",
            "cases/test_ignore.py::test_a_rule_taken_away_while_watching_holds_at_once",
        ),
    ),
    "T081": Row(
        "high",
        (
            "cases/test_ignore.py::test_caches_of_tools_are_no_news",
            "cases/test_ignore.py::test_the_compiler_at_work_is_no_news",
        ),
    ),
    "T082": Row(
        "high",
        ("cases/test_deletions.py::test_many_new_files_wait_for_a_yes",),
    ),
    "T083": Row(
        "critical",
        ("cases/test_deletions.py::test_folders_nobody_means_are_refused",),
    ),
    "T085": Row(
        "critical",
        ("cases/test_deletions.py::test_paths_of_the_space_that_lead_out_are_left_alone",),
    ),
    "T086": Row(
        "medium",
        ("cases/test_odd_files.py::test_names_that_command_a_terminal_are_spelled_out",),
    ),
    "T087": Row(
        "high",
        ("cases/test_deletions.py::test_one_deletion_is_one_commit",),
    ),
    "T088": Row(
        "critical",
        (
            "cases/test_deletions.py::test_a_mass_deletion_waits_and_can_be_undone_or_meant",
            "cases/test_deletions.py::test_a_dropped_mass_deletion_leaves_the_space_alone",
        ),
    ),
    "T089": Row(
        "high",
        ("cases/test_deletions.py::test_a_deletion_that_is_undone_at_once_is_nothing",),
    ),
    "T090": Row(
        "critical",
        ("cases/test_deletions.py::test_what_only_the_space_has_stays",),
    ),
    "T091": Row(
        "critical",
        (
            "cases/test_deletions.py::test_card_and_app_are_deleted_only_by_a_yes",
            "cases/test_deletions.py::test_git_attributes_are_never_deleted",
        ),
    ),
    "T092": Row(
        "high",
        (
            "cases/test_deletions.py::test_deleting_what_is_gone_already_blocks_nothing",
            "cases/test_deletions.py::test_a_deletion_the_hub_calls_missing_does_not_block_the_batch",
        ),
    ),
    "T093": Row(
        "high",
        ("cases/test_deletions.py::test_a_checkout_with_fewer_files_is_one_plan_and_one_yes",),
    ),
    "T094": Row(
        "high",
        (
            "cases/test_deletions.py::test_cleaning_a_repository_touches_ignored_files_alone_quietly",
        ),
    ),
    "T095": Row(
        "critical",
        (
            "cases/test_others.py::test_a_foreign_commit_elsewhere_is_built_upon",
            "cases/test_others.py::test_foreign_commits_all_the_time_are_all_kept",
        ),
    ),
    "T096": Row(
        "critical",
        (
            "cases/test_others.py::test_a_foreign_edit_of_the_same_file_is_a_conflict",
            "cases/test_others.py::test_a_conflict_put_off_loses_neither_side",
            "cases/test_others.py::test_a_deletion_against_a_foreign_edit_is_a_conflict",
        ),
    ),
    "T097": Row(
        "high",
        ("cases/test_others.py::test_a_foreign_edit_that_equals_ours_is_nothing",),
    ),
    "T101": Row(
        "high",
        ("cases/test_trouble.py::test_a_branch_that_is_gone_halts",),
    ),
    "T102": Row(
        "high",
        ("cases/test_trouble.py::test_a_space_that_is_deleted_is_gone_and_not_made_again",),
    ),
    "T104": Row(
        "high",
        ("cases/test_trouble.py::test_a_right_that_is_lost_keeps_the_change",),
    ),
    "T105": Row(
        "critical",
        ("cases/test_others.py::test_two_engines_on_one_folder_are_one_too_many",),
    ),
    "T106": Row(
        "critical",
        ("cases/test_others.py::test_two_folders_on_one_space_both_land",),
    ),
    "T108": Row(
        "critical",
        ("cases/test_trouble.py::test_a_token_that_is_revoked_keeps_the_change_for_the_next",),
    ),
    "T110": Row(
        "high",
        (
            "cases/test_trouble.py::test_a_quota_of_commits_is_waited_for_as_told",
            "cases/test_trouble.py::test_a_window_of_requests_that_is_used_up_is_waited_for",
        ),
    ),
    "T112": Row(
        "high",
        ("cases/test_lost_answers.py::test_one_path_the_hub_will_not_take_is_found_and_named",),
    ),
    "T113": Row(
        "critical",
        (
            "cases/test_lost_answers.py::test_a_commit_that_landed_unheard_is_one_commit",
            "cases/test_lost_answers.py::test_answers_that_are_lost_again_and_again_are_one_commit",
        ),
    ),
    "T114": Row(
        "critical",
        (
            "cases/test_lost_answers.py::test_a_commit_that_landed_unheard_is_one_commit",
            "cases/test_lost_answers.py::test_a_save_while_an_answer_is_missing_goes_next",
        ),
    ),
    "T115": Row(
        "critical",
        (
            "cases/test_lost_answers.py::test_a_commit_that_landed_unheard_is_one_commit",
            "cases/test_lost_answers.py::test_a_lost_answer_with_others_committing_is_one_commit",
        ),
    ),
    "T116": Row(
        "critical",
        (
            "cases/test_lost_answers.py::test_a_commit_that_did_not_land_is_sent_again",
            "cases/test_lost_answers.py::test_a_body_cut_in_the_middle_is_sent_again",
        ),
    ),
    "T117": Row(
        "high",
        (
            "cases/test_lost_answers.py::test_a_commit_that_did_not_land_is_sent_again",
            "cases/test_lost_answers.py::test_a_connection_closed_before_the_first_byte_is_tried_again",
        ),
    ),
    "T118": Row(
        "critical",
        (
            "cases/test_lost_answers.py::test_a_commit_that_landed_unheard_is_one_commit",
            "cases/test_lost_answers.py::test_a_commit_that_did_not_land_is_sent_again",
        ),
    ),
    "T119": Row(
        "high",
        (
            "cases/test_lost_answers.py::test_a_commit_that_landed_unheard_is_one_commit",
            "cases/test_lost_answers.py::test_answers_that_are_lost_again_and_again_are_one_commit",
        ),
    ),
    "T120": Row(
        "high",
        ("sync/test_endings.py::test_an_answer_that_never_comes_does_not_hold_a_stop_up",),
    ),
    "T121": Row(
        "medium",
        ("cases/test_trouble.py::test_a_slow_link_delivers_one_commit_after_another",),
    ),
    "T122": Row(
        "high",
        ("cases/test_trouble.py::test_saves_made_without_a_connection_arrive_as_one_commit",),
    ),
    "T123": Row(
        "critical",
        ("cases/test_trouble.py::test_a_certificate_nobody_knows_is_never_passed_over",),
    ),
    "T125": Row(
        "critical",
        ("cases/test_trouble.py::test_a_redirect_to_a_stranger_is_not_followed",),
    ),
    "T126": Row(
        "high",
        ("cases/test_lost_answers.py::test_a_connection_closed_while_idle_is_no_news",),
    ),
    "T128": Row(
        "high",
        ("cases/test_trouble.py::test_maintenance_is_waited_for_politely",),
    ),
    "T129": Row(
        "medium",
        ("cases/test_ignore.py::test_what_the_hub_ignores_is_named_once",),
    ),
    "T130": Row(
        "high",
        (
            "sync/test_large.py::test_a_storage_that_fails_is_tried_again",
            "sync/test_large.py::test_a_file_that_never_gets_through_is_held_alone_until_told",
        ),
    ),
    "T131": Row(
        "medium",
        ("sync/test_large.py::test_a_commit_that_fails_after_the_upload_sends_no_bytes_again",),
    ),
    "T132": Row(
        "critical",
        (
            "cases/test_crash.py::test_killed_before_the_commit_is_handled_the_next_start_sends_it",
            "cases/test_crash.py::test_killed_at_any_moment_nothing_is_lost_or_doubled",
        ),
    ),
    "T133": Row(
        "critical",
        (
            "cases/test_crash.py::test_killed_before_the_answer_the_next_start_finds_the_commit",
            "cases/test_crash.py::test_killed_before_the_answer_with_more_saved_since",
            "cases/test_crash.py::test_killed_at_any_moment_nothing_is_lost_or_doubled",
        ),
    ),
    "T134": Row(
        "critical",
        (
            "cases/test_crash.py::test_a_garbled_memory_is_rebuilt",
            "cases/test_crash.py::test_a_garbled_journal_makes_no_second_commit",
        ),
    ),
    "T135": Row(
        "high",
        ("cases/test_crash.py::test_a_garbled_memory_is_rebuilt",),
    ),
    "T136": Row(
        "high",
        ("cases/test_crash.py::test_a_full_disk_for_the_memory_loses_nothing",),
    ),
    "T139": Row(
        "critical",
        ("cases/test_others.py::test_what_changed_on_both_sides_while_nobody_watched",),
    ),
    "T140": Row(
        "critical",
        (
            "cases/test_crash.py::test_a_stop_with_pending_edits_sends_them_or_says_so",
            "cases/test_crash.py::test_a_stop_without_a_connection_says_what_is_left",
            "cases/test_crash.py::test_a_stop_while_a_commit_is_on_its_way_doubles_nothing",
            "cases/test_crash.py::test_a_second_signal_ends_it_at_once",
        ),
    ),
    "T142": Row(
        "high",
        (
            "cases/test_crash.py::test_a_stop_with_pending_edits_sends_them_or_says_so",
            "cases/test_crash.py::test_a_stop_without_a_connection_says_what_is_left",
            "cases/test_crash.py::test_a_stop_while_a_commit_is_on_its_way_doubles_nothing",
        ),
    ),
    "T143": Row(
        "medium",
        ("cases/test_crash.py::test_an_engine_that_breaks_destroys_nothing",),
    ),
    "T144": Row(
        "critical",
        (
            "cases/test_deletions.py::test_no_part_of_a_checkout_is_sent_while_git_is_at_work",
            "cases/test_deletions.py::test_a_checkout_of_many_changes_is_one_plan",
        ),
    ),
    "T147": Row(
        "high",
        ("cases/test_time.py::test_thousands_of_writes_end_in_one_truth",),
    ),
    "T148": Row(
        "critical",
        ("sync/test_budget.py::test_a_save_every_ten_seconds_for_an_hour",),
    ),
    "T150": Row(
        "medium",
        ("sync/test_following.py::test_saves_during_a_build_are_one_more_build",),
    ),
    "T151": Row(
        "high",
        (
            "sync/test_hotreload.py::test_a_save_is_patched_in",
            "session/test_hotreload.py::test_a_saved_function_is_replaced_in_the_running_app",
        ),
    ),
    "T152": Row(
        "high",
        ("sync/test_hotreload.py::test_a_failed_reload_is_one_restart_and_no_second_commit",),
    ),
    "T153": Row(
        "medium",
        ("hub/test_answers.py::test_a_report_that_comes_late_and_says_everything",),
    ),
    "T154": Row(
        "high",
        ("sync/test_hotreload.py::test_a_mixed_batch_is_built_and_says_so",),
    ),
    "T155": Row(
        "medium",
        (
            "sync/test_checks.py::test_code_that_does_not_parse_is_told_and_sent",
            "sync/test_hotreload.py::test_code_that_cannot_run_is_not_started",
        ),
    ),
    "T156": Row(
        "medium",
        (
            "session/test_hotreload.py::test_a_paused_space_takes_the_commit_and_says_that_it_is_not_live",
        ),
    ),
    "T157": Row(
        "high",
        ("cases/test_trouble.py::test_a_build_that_fails_is_told_and_watching_goes_on",),
    ),
    "T158": Row(
        "high",
        ("cases/test_time.py::test_a_clock_that_jumps_changes_nothing",),
    ),
    "T159": Row(
        "medium",
        ("cases/test_time.py::test_a_clock_that_jumps_changes_nothing",),
    ),
    "T160": Row(
        "high",
        ("cases/test_time.py::test_a_machine_that_slept_goes_on_where_it_was",),
    ),
    "T162": Row(
        "high",
        (
            "cases/test_scale.py::test_a_save_among_a_thousand_files_is_one_small_request",
            "cases/test_scale.py::test_a_save_among_ten_thousand_files_is_one_small_request",
        ),
    ),
    "T164": Row(
        "medium",
        ("cases/test_scale.py::test_thirty_two_descriptors_are_enough",),
    ),
    "T166": Row(
        "high",
        ("cases/test_scale.py::test_events_as_other_systems_tell_them_end_in_one_truth",),
    ),
    "T167": Row(
        "critical",
        ("sync/test_schedule.py::test_both_sides_end_equal",),
    ),
}
