import { LightningElement, api, wire } from 'lwc';
import { NavigationMixin } from 'lightning/navigation';
import { gql, graphql } from 'lightning/uiGraphQLApi';
import { LABELS } from 'c/attuneLabels';
import { day, fill } from 'c/attuneRecord';

const MOST = 5;

/** Attune's open tasks on a record, as far as the reader may see them; nothing where they may not. */
export default class AttuneTasks extends NavigationMixin(LightningElement) {
    @api recordId;
    label = LABELS;
    tasks = [];
    shown = false;

    // A managed package puts its namespace before the two custom fields of this query.
    @wire(graphql, {
        query: gql`
            query openTasks($record: ID, $most: Int) {
                uiapi {
                    query {
                        Task(
                            first: $most
                            where: {
                                WhatId: { eq: $record }
                                IsClosed: { eq: false }
                                Attune_External_Id__c: { ne: null }
                            }
                            orderBy: { ActivityDate: { order: ASC } }
                        ) {
                            edges {
                                node {
                                    Id
                                    Subject {
                                        value
                                    }
                                    ActivityDate {
                                        value
                                    }
                                    Attune_Due_At__c {
                                        value
                                    }
                                }
                            }
                        }
                    }
                }
            }
        `,
        variables: '$variables'
    })
    told({ data, errors }) {
        const edges = data?.uiapi?.query?.Task?.edges;
        this.shown = Boolean(edges) && !errors?.length;
        this.tasks = this.shown ? edges.map(({ node }) => this.task(node)) : [];
    }

    get variables() {
        return this.recordId ? { record: this.recordId, most: MOST } : undefined;
    }

    get none() {
        return this.tasks.length === 0;
    }

    task(node) {
        const moment = node.Attune_Due_At__c?.value;
        const due = moment ?? node.ActivityDate?.value;
        // A task with a day only is late when the day is over.
        const end = moment ? new Date(moment) : new Date(`${due}T23:59:59`);
        const late = Boolean(due) && end < new Date();
        const words = due ? fill(late ? LABELS.Overdue : LABELS.Due, day(due, Boolean(moment))) : '';
        return { id: node.Id, subject: node.Subject?.value, path: `/lightning/r/Task/${node.Id}/view`, late, words };
    }

    open(event) {
        event.preventDefault();
        const recordId = event.target.dataset.id;
        this[NavigationMixin.Navigate]({
            type: 'standard__recordPage',
            attributes: { recordId, objectApiName: 'Task', actionName: 'view' }
        });
    }
}
